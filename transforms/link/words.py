"""What is particular to a country's way of writing names, units and posts; all else of linking knows no language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """star: stands for what is left out of a name, behind the family name. region_ends: a regular expression of how that ends
    which may stand before a unit's own name. deputy: stands before a post and makes it another one. separators: a regular
    expression of what stands between several posts.
    """

    star: str
    region_ends: str
    deputy: str
    separators: str


CHINESE = Words(star="*", region_ends="[市州盟]$", deputy="副", separators="[、,;/\n]")
