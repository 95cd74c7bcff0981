"""How probable pairs are, by a stored model: what Splink predicts, by a join with its weights."""

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link.model import Model
from transforms.link.officials import OFFICIALS
from transforms.link.scheme import Scheme

_WEIGHT = pa.schema([("of", pa.string()), ("says", pa.string()), ("bits", pa.float64())])
_FREQUENCY = pa.schema([("name", pa.string()), ("frequency", pa.float64())])
_SEEN = pa.schema([
    ("method", pa.string()), ("beside", pa.bool_()), ("least_bits", pa.float64()), ("pairs", pa.int64()),
    ("probability", pa.float64()), ("most_errors", pa.float64()),
])  # fmt: skip

# A common name that agrees speaks less than a rare one: how often it is borne stands in place of how often any names agree.
_BITS = """
create table weighed as
with looked_up as (
    select c.*, $base as base_bits, if(c.name = 'agrees', f.frequency, null) as frequency,
           if(c.name = 'agrees', log2($names_agree / f.frequency), null) as frequency_bits,
           {bits}
    from compared c left join frequency own on own.name = c.whole_name
         join frequency f on f.name = coalesce(own.name, '')
         {weights}
)
select *, base_bits + coalesce(frequency_bits, 0) + {sum} as bits from looked_up"""

# Only one official can be meant: what speaks for others speaks against each. Odds are bounded where doubles would overflow.
# What was seen of pairs that were as probable, beside others or with nobody else in question, corrects what was calculated.
_AMONG_OTHERS = """
create table rivalled as
with odds as (select *, pow(2, least(bits, 60)) as odds from weighed),
counted as (
    select *, count(*) over mention - 1 as others, greatest(sum(odds) over mention - odds, 0) as others_odds from odds
    window mention as (partition by source_key, mention_no)
),
netted as (select *, 0 - log2(1 + others_odds) as others_bits, bits - log2(1 + others_odds) as net_bits from counted),
method as (
    select source_key, mention_no, cadre_no, coalesce(min(form) filter (where decides), min(question)) as method
    from candidate group by all
),
formed as (select n.*, n.others > 0 as beside, m.method from netted n join method m using (source_key, mention_no, cadre_no))
select f.*, s.most_errors, s.pairs as seen, log2(s.probability / (1 - s.probability)) - net_bits as seen_bits,
       coalesce(s.probability, pow(2, least(net_bits, 60)) / (1 + pow(2, least(net_bits, 60)))) as probability
from formed f asof left join seen s on s.method = f.method and s.beside = f.beside and f.net_bits >= s.least_bits"""


def _spoken(of: str, says: str, bits: str, number: str = "null") -> str:
    return f"{{'of': '{of}', 'says': {says}, 'bits': round({bits}, 2) + 0.0, 'number': {number}}}"


# What is known of a pair. `number` is how many of 100,000 mentions bear the name, how many alike cases were judged, and how many
# others could be meant.
_SPOKEN = (
    _spoken("base_rate", "'resource'", "base_bits"),
    _spoken("name_frequency", "if(frequency is null, null, 'per_100000')", "frequency_bits", "round(frequency * 100000, 1)"),
    _spoken("alike_cases", "'were_seen'", "seen_bits", "seen::double"),
    _spoken("others", "if(others > 0, 'could_be_meant', null)", "others_bits", "others::double"),
)
_SCORED = """
create table scored as
select source_key, mention_no, cadre_no, bits, net_bits, beside, method, evidence, most_errors,
       round(probability, 6) as probability,
       to_json(list_transform(list_sort(list_transform(
           list_filter([{spoken}], lambda said: said.says is not null and said.bits is not null),
           lambda said: {{'place': -abs(said.bits), 'said': said}})), lambda placed: placed.said))::varchar as weights
from rivalled"""


def weigh(db: Scratch, model: Model, resource: str, scheme: Scheme = OFFICIALS) -> None:
    """Make the table `weighed` out of `compared`: what each comparison says in bits, and their sum, Splink's match weight."""
    weights = [{"of": weight.of, "says": weight.says, "bits": weight.bits} for weight in model.weights]
    frequencies = [{"name": name, "frequency": frequency} for name, frequency in model.names.items()]
    db.give(weight=pa.Table.from_pylist(weights, schema=_WEIGHT), frequency=pa.Table.from_pylist(frequencies, schema=_FREQUENCY))
    names_agree = next(weight.u for weight in model.weights if (weight.of, weight.says) == ("name", "agrees"))
    of_each = scheme.comparisons
    bits = ", ".join(f"w_{of}.bits as {of}_bits" for of in of_each)
    joins = " ".join(f"left join weight w_{of} on w_{of}.of = '{of}' and w_{of}.says = c.{of}" for of in of_each)
    every = " + ".join(f"coalesce({of}_bits, 0)" for of in of_each)
    db.run(_BITS.format(bits=bits, weights=joins, sum=every), base=model.base_of(resource), names_agree=names_agree)


def score(db: Scratch, model: Model, resource: str, scheme: Scheme = OFFICIALS) -> None:
    """Make the table `scored` out of `compared` and `candidate`.

    It has of each pair `bits`, Splink's match weight; `net_bits`, with what speaks for others taken off; `beside`, whether
    there is any other; its `method` and `evidence`; its `probability`, that it is this official and none of the others of the
    same mention, as was borne out, and `most_errors`, the upper bound of what was seen, if anything was; and `weights`, JSON:
    what speaks for it and against, the weightiest first, each with `of`, `says`, `bits` and `number`. The bits add up to the
    logarithm of the odds.
    """
    weigh(db, model, resource, scheme)
    seen = [{name: getattr(each, name) for name in _SEEN.names} for each in model.seen]
    db.give(seen=pa.Table.from_pylist(seen, schema=_SEEN))
    db.run(_AMONG_OTHERS)
    spoken = [*_SPOKEN, *(_spoken(of, of, f"{of}_bits") for of in scheme.comparisons)]
    db.run(_SCORED.format(spoken=", ".join(spoken)))
