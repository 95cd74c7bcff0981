"""Where the documents lead to."""

import re

import pytest
from documents import CHECKOUT, NAMES, anchors, prose

MOST = 200_000  # bytes of a picture


def links(name: str) -> list[tuple[str, str]]:
    """The links of a document to what lies in the checkout: the path, and what stands behind a number sign."""
    found = re.findall(r"\]\(([^)\s#]*)(?:#([^)\s]+))?\)", prose(name))
    return [(target, anchor) for target, anchor in found if not target.startswith(("http:", "https:"))]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    here = CHECKOUT / name
    for target, anchor in links(name):
        path = (here.parent / target).resolve() if target else here
        assert path.exists(), target
        assert not anchor or anchor in anchors(str(path.relative_to(CHECKOUT))), f"{target}#{anchor}"


def test_pictures_are_small_and_shown() -> None:
    shown = {(CHECKOUT / name).parent.joinpath(target).resolve() for name in NAMES for target, _ in links(name)}
    for picture in (CHECKOUT / "docs" / "images").iterdir():
        assert picture.stat().st_size < MOST, picture.name
        assert picture in shown, picture.name
