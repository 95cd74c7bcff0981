"""What linking has to be told of those whom it links: all else of it knows no country, no language and no kind of number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from transforms.duck import Scratch


@dataclass(frozen=True)
class Scheme:
    """How persons are found, compared and recognised.

    Its statements are DuckDB's, over the tables `mention` (each row told by `source_key` and `mention_no`), `roster` (by
    `cadre_no`), `roster_name` and `roster_unit`; what else these have is between the scheme and who gives them. `$word` stands
    for one of `words`.

    recognisable: the mentions that may be anybody on a roster, with what they are compared by; of mentions, roster and names.
    comparisons: of each comparison what it can say, the most alike first; the last one is whatever is none of the others.
    blocks: make the table `block`: `source_key, mention_no, cadre_no, form`. A pair that is not there is never looked at.
    compared: makes the table `compared` out of `pair`, which has each pair once: a code a comparison, null where either side
    says nothing of it; `whole_name`, whose frequency counts where the comparison `name` agrees; and `evidence`, if any is told.
    candidates: makes the table `candidate`: of pairs that have something for them `form`, `decides`, whether that alone says who
    it is, and `question`, what it is where it does not.
    outright: forms that decide. by_name: questions that rest on no number.
    """

    recognisable: Callable[[pa.Table, pa.Table, pa.Table], pa.Table]
    comparisons: Mapping[str, tuple[str, ...]]
    blocks: tuple[str, ...]
    compared: str
    candidates: str
    outright: tuple[str, ...]
    by_name: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    def run(self, db: Scratch, *statements: str) -> None:
        """Carry out statements, with the words that they name."""
        for sql in statements:
            db.run(sql, **{word: text for word, text in self.words.items() if f"${word}" in sql})
