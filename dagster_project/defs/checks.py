"""The SQL checks as asset checks: a row that one of them returns is a failure."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from dagster_project.asset_spec import table_key
from dagster_project.defs.resources import WorkspaceResource
from lineage_pipeline import inventory


def check_specs() -> list[dg.AssetCheckSpec]:
    """Return a spec for each SQL check, on the first table that it reads."""
    return [
        dg.AssetCheckSpec(
            name,
            asset=table_key(tables[0]),
            additional_deps=[table_key(table) for table in tables[1:]],
            description=f"Any row fails it: {description}",
        )
        for name, description, tables in inventory.checks()
    ]


@dg.multi_asset_check(
    specs=check_specs(), can_subset=True, description="Runs sql/checks on the published file."
)
def sql_checks(
    context: dg.AssetCheckExecutionContext, workspace: WorkspaceResource
) -> Iterator[dg.AssetCheckResult]:
    """Yield the verdict of every check that was asked for."""
    for result in inventory.run_checks(workspace.open().paths):
        key = table_key(result.tables[0])
        if dg.AssetCheckKey(key, result.name) in context.selected_asset_check_keys:
            yield verdict(result.name, key, result.failure_count, result.examples)


def verdict(
    name: str, key: dg.AssetKey, failure_count: int, examples: Sequence[tuple[Any, ...]]
) -> dg.AssetCheckResult:
    """Return what a check found: passed only if no row offends, else with the first that do."""
    rows = [[None if value is None else str(value) for value in row] for row in examples]
    found = f"{failure_count} offending, the first: {rows[0]}" if rows else "No row offends"
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=key,
        passed=failure_count == 0,
        severity=dg.AssetCheckSeverity.ERROR,
        description=found,
        metadata={"failure_count": failure_count, **({"examples": rows} if rows else {})},
    )
