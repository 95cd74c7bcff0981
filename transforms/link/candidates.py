"""Pairs of a mention and an official that have something for them: no other pair is ever looked at."""

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link.officials import OFFICIALS
from transforms.link.scheme import Scheme

_PAIRS = "create view pair as select distinct source_key, mention_no, cadre_no from block"


@contextmanager
def candidates(
    mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table, scheme: Scheme = OFFICIALS
) -> Iterator[Scratch]:
    """A scratch with `candidate`, every pair of a mention and an official that has something for it, and `compared`."""
    with Scratch(mention=mentions, roster=roster, roster_name=names, roster_unit=units) as db:
        scheme.run(db, *scheme.blocks)
        db.run(_PAIRS)
        scheme.run(db, scheme.compared, scheme.candidates)
        yield db


def may_concern(mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table, scheme: Scheme = OFFICIALS) -> pa.Array:
    """Source keys of mentions with something for being one of these officials: a search for a few people."""
    with candidates(scheme.recognisable(mentions, roster, names), roster, names, units, scheme) as db:
        return db.table("select distinct source_key from candidate order by source_key")["source_key"]
