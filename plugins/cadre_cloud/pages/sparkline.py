"""A resource's days as a small line, drawn where the page is made."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 96, 22, 3


def points(values: Sequence[float | None], most: float | None = None) -> list[tuple[float, float]]:
    """Where each value stands, the first day left; a day that has none is passed over.

    Args:
        values: one a day.
        most: at the upper end; by default the highest of them.
    """
    top = max([value for value in values if value is not None], default=0) if most is None else most
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    room = HEIGHT - 2 * MARGIN
    return [
        (round(MARGIN + place * step, 1), round(HEIGHT - MARGIN - min(value / top, 1) * room if top else HEIGHT - MARGIN, 1))
        for place, value in enumerate(values)
        if value is not None
    ]
