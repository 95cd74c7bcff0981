"""What a delivery as a whole must be: one Great Expectations suite a resource, run on the typed columns that it names."""

import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud import settings
from cadre_cloud.warehouse.ledger import Finding
from transforms.rows import Typed

SAMPLE = 1_000_000  # rows judged of a bigger delivery, drawn with a fixed seed
MANY = 30  # rows; where fewer come, most may be bad rows and the delivery none the worse
REFUSED = "refused"  # what a suite calls the reasons for which rows are refused
MOST = 1.2  # times as many may gather before they are drawn
_LOT = "lot"
_BESIDE = ("row_no", "source_key", REFUSED)
_PRESENCE = ("expect_column_values_to_not_be_null", "expect_column_values_to_be_null")  # look at no value


class Sample:
    """The typed columns that a resource's suite names, of all of a delivery's rows or of a million drawn among them."""

    def __init__(self, resource: str) -> None:
        """Read the suite, `expectations/<resource>.json`."""
        self._suite = json.loads((settings.home() / "expectations" / f"{resource}.json").read_text(encoding="utf-8"))
        self._columns, self._read = _columns(self._suite), _columns(self._suite, but=_PRESENCE)
        self._parts: list[pa.Table] = []
        self._rows, self._highest = 0, 1.0
        self._present: Counter[str] = Counter()

    def add(self, typed: Typed) -> None:
        """Take in some rows, before they are sorted out; nulls where a value cannot be read."""
        values = typed.values.append_column(REFUSED, _reasons(typed))
        used = sorted(self._columns & set(values.column_names)) or ["row_no"]
        self._present.update({name: len(values) - values[name].null_count for name in values.column_names if name not in _BESIDE})
        lots = np.random.default_rng(self._rows).random(len(values))
        self._rows += len(values)
        kept = pa.table({**{name: _light(values[name], read=name in self._read) for name in used}, _LOT: lots})
        self._parts.append(kept.filter(pa.array(lots <= self._highest)) if self._highest < 1 else kept)
        if sum(map(len, self._parts)) > MOST * SAMPLE:
            self._parts = [self._drawn()]
            self._highest = pc.max(self._parts[0][_LOT]).as_py()

    @property
    def filled(self) -> dict[str, float]:
        """Of each column of the contract the share of all rows in which it has a value that can be read."""
        return {name: round(number / self._rows, 4) for name, number in self._present.items()} if self._rows else {}

    def judge(self, rows_before: int) -> list[Finding]:
        """Run the suite.

        Args:
            rows_before: rows of the last loaded snapshot, 0 without one. A suite may say `{"$PARAMETER": "half_of_before"}`,
                and `half_of_many` for a rate that counts only where many rows come.
        """
        drawn = self._drawn().drop_columns([_LOT])
        self._parts.clear()
        share = len(drawn) / self._rows if self._rows else 1.0
        half_of_many = 0.5 if self._rows >= MANY else 0.0
        parameters = {"half_of_before": math.floor(rows_before // 2 * share), "half_of_many": half_of_many}
        results = _validate(self._suite, drawn.to_pandas(date_as_object=False), parameters)
        return [_finding(result, self._rows) for result in results]

    def _drawn(self) -> pa.Table:
        """The rows with the lowest lots, in their order."""
        every = pa.concat_tables(self._parts)
        if len(every) <= SAMPLE:
            return every
        highest = np.partition(every[_LOT].to_numpy(), SAMPLE - 1)[SAMPLE - 1]
        return every.filter(pc.less_equal(every[_LOT], highest))


def _light(values: pa.ChunkedArray, *, read: bool) -> pa.ChunkedArray:
    """Amounts as floats, which pandas does not keep as an object each; a 1 for each value that is not read but only there."""
    if not read:
        return pc.if_else(pc.is_valid(values), 1.0, pa.scalar(None, pa.float64()))
    return values.cast(pa.float64()) if pa.types.is_decimal(values.type) else values


def _reasons(typed: Typed) -> pa.Array:
    """Why each row is refused, null where it is not."""
    place = pc.index_in(typed.values["row_no"], value_set=typed.refused["row_no"].combine_chunks())
    return pc.take(typed.refused["reason"], place)


def _validate(suite: dict[str, Any], frame: Any, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    sys.modules.setdefault("pyspark", None)  # type: ignore[arg-type]  # never wanted here, and 5 s to import
    import great_expectations as gx  # noqa: PLC0415  # 10 s to import: once a worker, in the scheduler's preload
    from great_expectations.execution_engine import pandas_execution_engine  # noqa: PLC0415

    pandas_execution_engine.HASH_THRESHOLD = 0  # of more bytes it takes no fingerprint, which nobody reads; a third of the cost
    context = gx.get_context(mode="ephemeral", project_config=_in_memory())
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    asset = context.data_sources.add_or_update_pandas("delivery").add_dataframe_asset(suite["name"])
    validation = gx.ValidationDefinition(
        name=suite["name"],
        data=asset.add_batch_definition_whole_dataframe("whole"),
        suite=context.suites.add_or_update(gx.ExpectationSuite(name=suite["name"], expectations=suite["expectations"])),
    )
    result = context.validation_definitions.add_or_update(validation).run(
        batch_parameters={"dataframe": frame},
        expectation_parameters=parameters,
        result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
    )
    return [one.to_json_dict() for one in result.results]


def _in_memory() -> Any:
    """A context's configuration without the site for documents that would leave a temporary folder behind at each delivery."""
    from great_expectations.data_context.types.base import (  # noqa: PLC0415
        DataContextConfig,
        InMemoryStoreBackendDefaults,
    )

    return DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))


def _finding(result: dict[str, Any], rows: int) -> Finding:
    config, found = result["expectation_config"], result.get("result", {})
    if result["exception_info"].get("exception_message"):
        raise RuntimeError(f"expectation {config['type']} of {config['kwargs'].get('column', 'the whole')} cannot be evaluated")
    observed, percent = found.get("observed_value"), found.get("unexpected_percent")
    if config["type"] == "expect_table_row_count_to_be_between":
        observed = rows  # of which a sample may have been judged
    return Finding(
        expectation=config["type"],
        column=config["kwargs"].get("column"),
        severity=config.get("severity") or "critical",
        success=bool(result["success"]),
        observed=float(observed) if isinstance(observed, int | float) else None,
        unexpected_share=percent / 100 if percent is not None else None,
        asked={word: value for word, value in config["kwargs"].items() if word != "batch_id"},
    )


def _columns(suite: dict[str, Any], but: Sequence[str] = ()) -> set[str]:
    """The columns that a suite names in expectations other than these."""
    named: set[str] = set()
    for expectation in suite["expectations"]:
        kwargs = expectation["kwargs"]
        if expectation["type"] not in but:
            named.update(kwargs.get("column_list", []), [kwargs["column"]] if "column" in kwargs else [])
    return named
