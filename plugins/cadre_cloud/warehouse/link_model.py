"""The stored model of linking: what agreements weigh, and how often names are borne."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from cadre_cloud import settings
from transforms.link import MAY_LINK
from transforms.link.model import Model

SHIPPED = Path(__file__).with_suffix(".json")  # learnt on a demo city, see its `made`


def link_model(automatic: str | None = None) -> Model:
    """The city's own model, if one is set, else the one that was shipped, and by which methods it may link.

    Args:
        automatic: those, with spaces between, of `MAY_LINK`; by default what is set.

    Raises:
        ValueError, KeyError, TypeError: the file is no model, or there is no such method.
    """
    methods = tuple((settings.link_automatic() if automatic is None else automatic).split())
    if unknown := {*methods} - {*MAY_LINK}:
        raise ValueError(f"CADRE_LINK_AUTOMATIC: {' '.join(sorted(unknown))} is none of {' '.join(MAY_LINK)}")
    return replace(_read(settings.link_model() or SHIPPED), automatic=methods)


@cache
def _read(path: Path) -> Model:
    return Model.of_json(path.read_text(encoding="utf-8"))
