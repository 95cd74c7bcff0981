"""What a delivery as a whole must be: one Great Expectations suite a resource, run on the typed columns that it names."""

import json
import sys
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from cadre_cloud import settings

SAMPLE = 1_000_000  # rows judged of a bigger delivery, drawn with a fixed seed


@dataclass(frozen=True)
class Finding:
    """What came of one expectation: figures, never a value of a row."""

    position: int
    expectation: str
    column: str | None
    severity: str
    success: bool
    observed: float | None
    unexpected_share: float | None


def judge(resource: str, rows: pa.Table, rows_before: int) -> list[Finding]:
    """Run a resource's suite, `expectations/<resource>.json`.

    Args:
        resource: whose suite.
        rows: the delivery's typed columns, before rows are sorted out; nulls where a value cannot be read.
        rows_before: rows of the last loaded snapshot, 0 without one. A suite may say `{"$PARAMETER": "half_of_before"}`.
    """
    suite = json.loads((settings.home() / "expectations" / f"{resource}.json").read_text(encoding="utf-8"))
    used = sorted(_columns(suite) & set(rows.column_names))
    frame = _sample(rows, used).to_pandas()
    results = _validate(suite, frame, {"half_of_before": rows_before // 2})
    return [_finding(number, result) for number, result in enumerate(results, start=1)]


def _validate(suite: dict[str, Any], frame: Any, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    sys.modules.setdefault("pyspark", None)  # type: ignore[arg-type]  # never wanted here, and 5 s to import
    import great_expectations as gx  # noqa: PLC0415  # 10 s to import: once a worker, in the scheduler's preload

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


def _finding(position: int, result: dict[str, Any]) -> Finding:
    config, found = result["expectation_config"], result.get("result", {})
    if result["exception_info"].get("exception_message"):
        raise RuntimeError(f"expectation {position} ({config['type']}) cannot be evaluated")
    observed, percent = found.get("observed_value"), found.get("unexpected_percent")
    return Finding(
        position=position,
        expectation=config["type"],
        column=config["kwargs"].get("column"),
        severity=config.get("severity") or "critical",
        success=bool(result["success"]),
        observed=float(observed) if isinstance(observed, int | float) else None,
        unexpected_share=percent / 100 if percent is not None else None,
    )


def _columns(suite: dict[str, Any]) -> set[str]:
    named: set[str] = set()
    for expectation in suite["expectations"]:
        kwargs = expectation["kwargs"]
        named.update(kwargs.get("column_list", []), [kwargs["column"]] if "column" in kwargs else [])
    return named


def _sample(rows: pa.Table, columns: list[str]) -> pa.Table:
    table = rows.select(columns or ["row_no"])
    if len(table) <= SAMPLE:
        return table
    import numpy as np  # noqa: PLC0415

    drawn = np.random.default_rng(0).choice(len(table), SAMPLE, replace=False)
    return table.take(pa.array(np.sort(drawn)))
