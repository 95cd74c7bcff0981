"""What the commands have in common that people call: a fault is a sentence, and what follows from a decision is done at once."""

import sys
from collections.abc import Callable, Sequence
from unicodedata import east_asian_width

import psycopg
from airflow.sdk.exceptions import AirflowNotFoundException

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.causes import READABLE, cause_of
from cadre_cloud.feed.settle import settle_news
from cadre_cloud.publication import last_day, publish
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import acted_at


def carry_out(command: Callable[[], int]) -> int:
    """Carry out a command and give its exit code; what keeps it from its work is said on stderr."""
    try:
        return command()
    except Refused as refusal:
        return fail(f"Nothing was done: {refusal}.")
    except AirflowNotFoundException:
        return fail("There is no connection `warehouse`; AIRFLOW_CONN_WAREHOUSE sets it.")
    except (*READABLE, psycopg.Error, OSError) as error:
        return fail(f"It did not come to its end: {cause_of(error)}. To do it again is safe.")


def fail(sentence: str) -> int:
    """Say what is wrong; gives the exit code."""
    print(sentence, file=sys.stderr)
    return 1


def follow_up() -> None:
    """What follows from a decision about rows or a delivery: their day settles anew, is published, and the alerts follow."""
    settle_news()
    publish()
    alerts_follow()


def alerts_follow() -> None:
    """Bring the alerts up to what people have decided, as of the last day that was published."""
    if day := last_day():
        counts = evaluate(day, acted_at())
        print(f"Alerts: {', '.join(f'{number} {kind}' for kind, number in counts.items())}; the next digest tells of them.")


def show(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their heads."""
    texts = [[*head], *(["" if value is None else str(value) for value in row] for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    for text in texts:
        print("  ".join(value + " " * (width - _width(value)) for value, width in zip(text, widths, strict=True)).rstrip())


def _width(text: str) -> int:
    """In columns of a terminal, in which a Chinese character takes two."""
    return sum(1 + (east_asian_width(sign) in "WF") for sign in text)
