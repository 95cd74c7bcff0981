"""The weights of agreements and disagreements, learnt by Splink on feeds of which nobody has said whose the records are.

Off the daily path: what comes of it is stored, and `score.py` applies it without Splink. Two sessions of expectation maximisation
look at different pairs, since of what all its pairs share a session learns nothing: one at pairs that share a name, of what else
they say, the other at pairs that share a whole number, of names. In both, each resource has its own share of officials. How
often strangers agree in a name or a number is counted over all pairs of a mention and an official, as Fellegi and Sunter (1969)
have it; of all else it comes out of the first session.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from transforms.duck import Scratch
from transforms.link.compare import COMPARISONS
from transforms.link.model import Model, Weight
from transforms.link.officials import OFFICIALS, STAR
from transforms.link.posts import BY_POST
from transforms.link.scheme import Scheme
from transforms.link.score import weigh

NAMES, NUMBERS = ("name", "family_name"), ("number", "masked_number")
BESIDE_THE_NAME = tuple(of for of in COMPARISONS if of not in NAMES)
OFTEN = 20  # mentions; of a name that fewer bear nothing is kept by itself
ROUNDS, _SETTLED = 50, 0.001  # at most, of counting how many officials a resource names; bits by which two may differ then
_ITERATIONS = 200  # at most
_BEGIN = 0.2  # the share of the same among the pairs of a session, before it is learnt

Key = tuple[str, str]  # a comparison and what it says
MU = tuple[float, float]  # how often it says so of the same, and of others

_SHARE_A_NAME = "select distinct m.source_key, m.mention_no, n.cadre_no from mention m join roster_name n using (name_key)"
_SHARE_A_NUMBER = " union ".join(
    f"select m.source_key, m.mention_no, r.cadre_no from mention m join roster r on m.{form} = r.{form} {unless}"
    for form, unless in (
        ("id_number", ""),
        ("id_old", ""),
        ("id_hash", ""),
        ("id_masked", "and coalesce(m.id_number, m.id_old, m.id_hash) is null"),
    )
)
# How many mentions say anything of a comparison.
_SAID = """
select count(coalesce(id_number, id_old, id_hash)) as number,
       count(id_masked) filter (where coalesce(id_number, id_old, id_hash) is null) as masked_number,
       count(name_key) filter (where not contains(name_key, $star)) as name,
       count(name_key) filter (where contains(name_key, $star)) as family_name
from mention"""
_SHARE_A_FAMILY_NAME = """
select coalesce(sum(f.mentions), 0)::bigint
from (select split_part(name_key, $star, 1) as family, count(*) as mentions from mention
      where contains(name_key, $star) group by family) f
join (select distinct cadre_no, name_key from roster_name) n on starts_with(n.name_key, f.family)"""
_NAMES = f"""
with borne as (
    select name_key, count(*) as mentions from mention where not contains(name_key, $star) group by name_key
),
told as (select *, sum(mentions) over () as every from borne)
select name_key, mentions / every as frequency from told where mentions >= {OFTEN}
union all
select '', avg(mentions / every) from told where mentions < {OFTEN}
order by name_key"""
_EXPECTED = """
select resource, sum(pow(2, least(bits, 60)) / (1 + pow(2, least(bits, 60)))) as officials
from weighed group by 1"""


def learn(mentions: Mapping[str, pa.Table], officials: pa.Table, names: pa.Table, units: pa.Table, how: str) -> Model:
    """A model of the persons whom some resources name.

    Args:
        mentions: by resource, of the form `mentions.MENTION`, with their keys.
        officials, names, units: the roster, as `link.link` takes it.
        how: what it was learnt on, in words.
    """
    every = pa.concat_tables(_of_resource(resource, told) for resource, told in sorted(mentions.items()))
    with Scratch(mention=every, roster=officials, roster_name=names, roster_unit=units) as db:
        OFFICIALS.run(db, BY_POST)
        by_name, by_number = (compared(db, pairs, OFFICIALS) for pairs in (_SHARE_A_NAME, _SHARE_A_NUMBER))
        chance = _chance(db, by_name, by_number, len(officials))
        frequencies = {row["name_key"]: row["frequency"] for row in db.table(_NAMES, star=STAR).to_pylist()}
    whole = by_number.filter(pc.equal(by_number["number"], "agrees"))
    told = session(by_name, _codes(BESIDE_THE_NAME), chance) | _of(NAMES, session(whole, _codes(NAMES), chance))
    weights = tuple(Weight(of, says, *told[of, says]) for of in COMPARISONS for says in COMPARISONS[of])
    pairs = {resource: len(table) * len(officials) for resource, table in mentions.items()}
    model = Model(weights, {"": math.log2(1 / len(officials))}, frequencies, made=made(how, every, officials))
    columns = by_name.drop_columns("pair_no").column_names
    either = pa.concat_tables([by_name, by_number]).group_by(columns).aggregate([])
    return _based(model, either, pairs)


def compared(db: Scratch, pairs: str, scheme: Scheme) -> pa.Table:
    """Some pairs of a scratch as `scheme.compared` has them, numbered as `pair_no`, with the `resource` in front of their keys.

    Args:
        db: with the tables that the scheme needs.
        pairs: a query for `source_key, mention_no, cadre_no`, each once.
        scheme: how they are compared.
    """
    db.run(f"create or replace table pair as {pairs}")
    scheme.run(db, scheme.compared)
    found = db.table(
        "select row_number() over (order by source_key, mention_no, cadre_no) as pair_no, "
        "split_part(source_key, '/', 1) as resource, * from compared"
    )
    db.run("drop table compared")
    return found


def session(pairs: pa.Table, codes: Mapping[str, Sequence[str]], chance: Mapping[Key, float]) -> dict[Key, MU]:
    """What one session learns: m and u of each code.

    Args:
        pairs: what `compared` gives. codes: what each comparison can say, of those that are learnt.
        chance: u of codes that are known.
    """
    codes = dict(codes)
    resources = tuple(sorted(pairs["resource"].unique().to_pylist()))
    if len(resources) > 1:
        codes["resource"] = resources
    db = DuckDBAPI()
    begun = settings(codes, {}, chance, probability_two_random_records_match=_BEGIN, max_iterations=_ITERATIONS)
    linker = Linker([db.register(side) for side in sides(pa.concat_tables([pairs, _for_sure(pairs, codes)]))], begun)
    linker.training.estimate_parameters_using_expectation_maximisation(
        block_on("pair_no"), estimate_without_term_frequencies=True, fix_u_probabilities=False
    )
    return {
        (comparison["output_column_name"], level["label_for_charts"]): (level["m_probability"], level["u_probability"])
        for comparison in linker.misc.save_model_to_json()["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    }


def settings(
    codes: Mapping[str, Sequence[str]], told: Mapping[Key, MU], fixed: Mapping[Key, float], **more: Any
) -> SettingsCreator:
    """Splink's settings for pairs that are compared already, each of which is a row of either table; see `sides`.

    Args:
        codes: what each comparison can say, the last one is whatever is none of the others.
        told: m and u of codes to begin with.
        fixed: u of codes that are not learnt.
        more: other settings.
    """
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="pair_no",
        blocking_rules_to_generate_predictions=[block_on("pair_no")],
        comparisons=[_comparison(of, says, told, fixed) for of, says in codes.items()],
        **more,
    )


def sides(pairs: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Compared pairs as the two tables that Splink links: a pair agrees in a name if both sides have it."""
    with Scratch(compared=pairs) as db:
        return (
            db.table("select * replace (if(name is null, null, whole_name) as name) from compared"),
            db.table(
                "select * replace (case name when 'agrees' then whole_name when 'differs' then '' end as name) from compared"
            ),
        )


def made(how: str, mentions: pa.Table, officials: pa.Table) -> dict[str, Any]:
    """How a model was made: of whom it was learnt counts and a hash alone are kept, whatever order they stand in."""
    digest = hashlib.sha256()
    for table in (mentions, officials):
        with Scratch(row=table) as db:
            digest.update(str(db.table("select sum(hash(row)::hugeint)::varchar as h from row")["h"][0]).encode())
    counts = {"mentions": len(mentions), "officials": len(officials)}
    return {"how": how, "splink": version("splink"), **counts, "hash": digest.hexdigest()}


def _of_resource(resource: str, mentions: pa.Table) -> pa.Table:
    return mentions.set_column(0, "source_key", pc.binary_join_element_wise(resource, mentions["source_key"], "/"))


def _chance(db: Scratch, by_name: pa.Table, by_number: pa.Table, officials: int) -> dict[Key, float]:
    """How often any two agree in a name or a number: nearly all of them are strangers."""
    said = db.table(_SAID, star=STAR).to_pylist()[0]
    agree = {of: _count(by_number, of) for of in NUMBERS} | {"name": _count(by_name, "name")}
    agree["family_name"] = db.table(_SHARE_A_FAMILY_NAME, star=STAR).column(0)[0].as_py()
    shares = {of: (agree[of] + 0.5) / (said[of] * officials + 1) for of in agree}
    return {(of, "agrees"): share for of, share in shares.items()} | {(of, "differs"): 1 - share for of, share in shares.items()}


def _count(pairs: pa.Table, of: str) -> int:
    return int(pc.sum(pc.equal(pairs[of], "agrees")).as_py() or 0)


def _comparison(of: str, codes: Sequence[str], told: Mapping[Key, MU], fixed: Mapping[Key, float]) -> dict[str, Any]:
    levels = [{"sql_condition": f'"{of}_l" is null or "{of}_r" is null', "label_for_charts": "unknown", "is_null_level": True}]
    for says in codes:
        agrees = '"name_l" = "name_r"' if of == "name" else f"\"{of}_l\" = '{says}'"
        level: dict[str, Any] = {"sql_condition": agrees, "label_for_charts": says}
        if of == "name":
            level |= {"tf_adjustment_column": "name"}
        if says == codes[-1]:
            level = {"sql_condition": "ELSE", "label_for_charts": says}
        if (of, says) in told:
            level |= dict(zip(("m_probability", "u_probability"), told[of, says], strict=True))
        if (of, says) in fixed:
            level |= {"u_probability": fixed[of, says], "fix_u_probability": True}
        levels.append(level)
    return {"output_column_name": of, "comparison_levels": levels}


def _for_sure(pairs: pa.Table, codes: Mapping[str, Sequence[str]]) -> pa.Table:
    """For each code one pair that agrees in all else, and one that agrees in nothing else.

    What is never seen of the same, or of others, is so taken for rare, and not for impossible (Laplace's rule of succession).
    """
    rows = [
        {other: says if other == of else codes[other][place] for other in codes} | {"whole_name": "-"}
        for of in codes
        for says in codes[of]
        for place in (0, -1)
    ]
    numbered = [row | {"pair_no": len(pairs) + number} for number, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(numbered, schema=pairs.schema)


def _codes(comparisons: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {of: COMPARISONS[of] for of in comparisons}


def _of(comparisons: tuple[str, ...], told: dict[Key, MU]) -> dict[Key, MU]:
    return {key: m_u for key, m_u in told.items() if key[0] in comparisons}


def _based(model: Model, compared: pa.Table, pairs: dict[str, int]) -> Model:
    """The model with each resource's base rate: how many officials it names, by the weights, of all pairs that there are."""
    for _ in range(ROUNDS):
        officials = dict.fromkeys(pairs, 0.5)
        for resource in pairs:
            of_it = compared.filter(pc.equal(compared["resource"], resource))
            with Scratch(compared=of_it) as db:
                weigh(db, model, resource)
                officials |= {row["resource"]: row["officials"] + 0.5 for row in db.table(_EXPECTED).to_pylist()}
        base = {resource: math.log2(officials[resource] / (count - officials[resource])) for resource, count in pairs.items()}
        base[""] = math.log2(sum(officials.values()) / sum(pairs.values()))
        before, model = model.base, replace(model, base=base)
        if before.keys() == base.keys() and all(abs(base[resource] - before[resource]) < _SETTLED for resource in base):
            break
    return model
