"""A synthetic city: what its departments deliver over three days, with dirt, mishaps, and the truth beside it.

Everything is drawn from one seed, so the same arguments give the same bytes. Identity numbers use region codes that are
assigned to no place, so they belong to nobody.
"""

from demo.city.generate import generate

__all__ = ["generate"]
