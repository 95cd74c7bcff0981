"""The stored model of linking: what agreements weigh, and how often names are borne."""

from functools import cache
from pathlib import Path

from cadre_cloud import settings
from transforms.link.model import Model

SHIPPED = Path(__file__).with_suffix(".json")  # learnt on a demo city, see its `made`


def link_model() -> Model:
    """The city's own model, if one is set, else the one that was shipped.

    Raises:
        ValueError, KeyError, TypeError: the file is no model.
    """
    return _read(settings.link_model() or SHIPPED)


@cache
def _read(path: Path) -> Model:
    return Model.of_json(path.read_text(encoding="utf-8"))
