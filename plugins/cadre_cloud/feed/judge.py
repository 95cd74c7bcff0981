"""Which rows of a delivery are about officials: all others end here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import reduce
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed.renamed import decided, renamed
from cadre_cloud.feed.sift import News
from cadre_cloud.warehouse import links
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.roster import Roster
from transforms.contract import Contract
from transforms.link import BY_NUMBER, STATEMENT
from transforms.mentions import MENTION, mentions_of, with_keys

PLACE = pa.schema([("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string())])
_KEY = pa.schema([("source_key", pa.string())])
_PLACE = ["source_key", "mention_no"]


@dataclass(frozen=True)
class Judged:
    """What is held of the persons whom some rows name, and the rows that are kept for it.

    looked_at: `source_key` of all rows, where these are a table's. rows, text: those that are kept, as read and as sent. judged:
    `source_key, mention_no, subject` of every mention that has or had a link. named: of the form `MENTION`, those of them that
    are kept. statements: of the form `STATEMENT`. renamed: of the form `links.PAIR`, what `renamed.renamed` gives. The counts:
    mentions of all rows, and rows that name nobody; by which evidence mentions are linked, are asked about, and would be linked
    were that not stopped.
    """

    looked_at: pa.Table
    rows: pa.Table
    text: pa.Table
    judged: pa.Table
    named: pa.Table
    statements: pa.Table
    renamed: pa.Table
    mentions: int = 0
    reference: int = 0
    linked_by: Counter[str] = field(default_factory=Counter)
    asked_by: Counter[str] = field(default_factory=Counter)
    stopped_by: Counter[str] = field(default_factory=Counter)

    @property
    def linked(self) -> int:
        """How many mentions are an official."""
        return self.linked_by.total()

    @property
    def review(self) -> int:
        """How many mentions wait for a person."""
        return self.asked_by.total() + self.stopped_by.total()

    @classmethod
    def nothing(cls) -> Self:
        """Of no rows."""
        key, judged = _KEY.empty_table(), PLACE.empty_table()
        return cls(key, key, key, judged, MENTION.empty_table(), STATEMENT.empty_table(), links.PAIR.empty_table())

    def and_(self, other: Self) -> Self:
        """Of both."""
        return type(self)(*(_sum(getattr(self, part.name), getattr(other, part.name)) for part in fields(self)))


def everybody(contract: Contract, news: Iterable[News]) -> Judged:
    """The rows of the roster itself: all are kept, whomever they name."""
    found = Judged.nothing()
    for part in news:
        rows, about = part.rows, len(part.rows) if contract.mentions else 0
        kept = replace(Judged.nothing(), looked_at=rows.select(["source_key"]), rows=rows, text=part.text, mentions=about)
        found = found.and_(replace(kept, reference=len(rows) - about, linked_by=Counter({BY_NUMBER: about})))
    return found


def judge(
    warehouse: Warehouse, contract: Contract, news: Iterable[News], roster: Roster, again: pa.Table | None = None
) -> Judged:
    """Link the persons whom rows name, and keep the rows about officials.

    Args:
        warehouse: for what is held so far.
        contract: one with a `record`, or with a `table` about officials.
        news: the rows.
        roster: who is looked for.
        again: mentions of the core, of the form `MENTION`, that are judged again though no row brings them.
    """
    held, known_same = links.held(warehouse, contract.resource), decided(warehouse, contract.resource)
    sifted = [_sift(contract, part, roster, held) for part in news]
    found = _judge(contract, reduce(Judged.and_, sifted), roster, held, known_same) if sifted else Judged.nothing()
    if again is not None and len(again):
        statements = roster.link(again)
        lapsed = _lapsed(known_same, again, statements) if roster.relatives else links.PAIR.empty_table()
        found = found.and_(replace(Judged.nothing(), judged=again.select(PLACE.names), statements=statements, renamed=lapsed))
    return found


def _sift(contract: Contract, part: News, roster: Roster, held: pa.Table) -> Judged:
    """Of some rows those that may be about an official, or were held to be, with all whom they name; the others are counted."""
    rows, told_of = part.rows, part.told["mentions"]
    mentions = mentions_of(rows, contract)
    told = roster.recognisable(mentions)
    keys = pa.concat_tables([told.select(_KEY.names), held.select(_KEY.names)])
    wanted = _is_in(rows, keys)
    return replace(
        Judged.nothing(),
        looked_at=rows.select(_KEY.names) if contract.table else _KEY.empty_table(),
        rows=rows.filter(wanted),
        text=part.text.filter(wanted),
        named=with_keys(mentions.filter(_is_in(mentions, keys))),
        mentions=pc.sum(told_of).as_py() or 0,
        reference=pc.sum(pc.equal(told_of, 0)).as_py() or 0,
    )


def _judge(contract: Contract, sifted: Judged, roster: Roster, held: pa.Table, known_same: pa.Table) -> Judged:
    rows, mentions = sifted.rows, sifted.named
    statements = roster.link(mentions)
    others = renamed(known_same, rows, mentions)
    if roster.relatives:
        others = pa.concat_tables([others, _lapsed(known_same, mentions, statements)]).group_by(links.PAIR.names).aggregate([])
    by_person = held.filter(held["by_person"]).join(others, links.PAIR.names, join_type="left anti")
    if contract.table:  # the row's own number says whose it is; what else it names does not make it ours
        by_number = statements.filter(pc.equal(statements["method"], BY_NUMBER))
        about = _is_in(rows, by_number)
        statements = statements.filter(_is_in(statements, by_number))
    else:
        about = pc.or_(_is_in(rows, statements), _is_in(rows, by_person))
    same, asked = (statements.filter(pc.equal(statements["verdict"], verdict)) for verdict in ("same", "undecided"))
    asked = asked.filter(pc.equal(asked["rank"], 1)).join(same.select(_PLACE), _PLACE, join_type="left anti")
    linked_by, asked_by = _by_method(same), _by_method(asked)
    if contract.table:
        statements = statements.filter(pc.not_equal(statements["method"], BY_NUMBER))
    named = mentions.join(pa.concat_tables([statements.select(_PLACE), by_person.select(_PLACE)]), _PLACE, join_type="left semi")
    return replace(
        sifted,
        rows=rows.filter(about),
        text=sifted.text.filter(about),
        judged=_judged(rows, named, held),
        named=named,
        statements=statements,
        renamed=others,
        linked_by=linked_by,
        asked_by=asked_by,
    )


def _by_method(statements: pa.Table) -> Counter[str]:
    """How many mentions by which evidence; a relative may be two officials' relative."""
    return Counter(statements.group_by(_PLACE).aggregate([("method", "min")])["method_min"].to_pylist())


def _lapsed(known_same: pa.Table, mentions: pa.Table, statements: pa.Table) -> pa.Table:
    """What a person decided of relatives whom that official does not declare any more, of the form `links.PAIR`."""
    relatives = mentions.filter(pc.equal(mentions["subject"], "relative")).select(_PLACE)
    pairs = known_same.select(links.PAIR.names).join(relatives, _PLACE, join_type="left semi")
    return pairs.join(statements.select(links.PAIR.names), links.PAIR.names, join_type="left anti").cast(links.PAIR)


def _judged(rows: pa.Table, named: pa.Table, held: pa.Table) -> pa.Table:
    """The mentions that may be officials now, and those that were held to be, named any more or not."""
    before = held.filter(_is_in(held, rows)).select(PLACE.names)
    every = pa.concat_tables([named.select(PLACE.names), before])
    return every.group_by(PLACE.names).aggregate([])


def _is_in(table: pa.Table, other: pa.Table) -> pa.Array:
    return pc.is_in(table["source_key"], value_set=other["source_key"].combine_chunks())


def _sum(one: Any, other: Any) -> Any:
    return pa.concat_tables([one, other], promote_options="default") if isinstance(one, pa.Table) else one + other
