"""Which rows stand of all that came, and whom they name."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.contract import Contract
from transforms.duck import Scratch
from transforms.mentions import mentions_of, with_keys


def standing(rows: pa.Table, contract: Contract) -> pa.Table:
    """Of the good rows of several deliveries those that stand: of each key the one that came last.

    Args:
        rows: as read, and `came`, the number of the delivery in the order in which they were loaded.
        contract: of a snapshot only the last delivery's rows stand.
    """
    whole = contract.mode == "snapshot" and not contract.adds_up
    newest = "came = (select max(came) from row)" if whole else "true"
    order = ", ".join(["came", *filter(None, [contract.cursor])])
    with Scratch(row=rows) as db:
        return db.table(f"""
            select * exclude (came) from row where {newest}
            qualify row_number() over (partition by source_key order by ({order}) desc, row_no desc) = 1""")


def to_recognise(rows: pa.Table, contract: Contract) -> pa.Table:
    """Who is named in rows and has to be recognised among the officials: of the form `MENTION`, with keys.

    Neither declared relatives nor those of whom the row says the organization department's own number.
    """
    told = mentions_of(rows, contract)
    among = [number for number, mention in enumerate(contract.mentions, start=1) if mention.among == "relatives"]
    is_relative = pc.is_in(told["mention_no"], value_set=pa.array(among, pa.int32()))
    return with_keys(told.filter(pc.and_(pc.invert(is_relative), pc.is_null(told["cadre_no"]))))
