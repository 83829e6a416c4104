"""What the warehouse offers, read from the headers of sql/: tables, their sources, and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lineage_pipeline.formats.facets import TABLES as TYPED
from lineage_pipeline.schemas import BRONZE, GRAIN
from lineage_pipeline.warehouse.sqlfiles import FOLDED, stage_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lineage_pipeline.warehouse.query import Warehouse
    from lineage_pipeline.warehouse.sqlfiles import SqlFile


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the lake or the warehouse: its name, what it is made of, what it holds."""

    name: str
    layer: str
    description: str
    sources: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check that ran: how many rows offend, and the first of them."""

    name: str
    description: str
    tables: tuple[str, ...]
    failure_count: int
    examples: Sequence[tuple[Any, ...]]

    @property
    def is_passed(self) -> bool:
        """Whether no row offends."""
        return self.failure_count == 0


def tables() -> tuple[Table, ...]:
    """Return the fixed bronze tables and everything that sql/ makes of them, sources first.

    The sources of a table are other tables: what a step hands on is followed to where it came from.
    """
    bronze = tuple(Table(f"bronze.{name}", "bronze", GRAIN[name], (), {}) for name in BRONZE)
    made = tuple(_made())
    origins = {file.object: file.sources for file in _all_files() if file.kind != "scope"}
    origins |= {f"bronze.{name}": ("bronze.facet",) for name in TYPED}
    known = {table.name for table in (*bronze, *made)}
    return (
        *bronze,
        *(
            Table(
                table.name,
                table.layer,
                table.description,
                tuple(sorted(_origins(table.sources, origins, known) - {table.name})),
                table.columns,
            )
            for table in made
        ),
    )


def checks() -> tuple[SqlFile, ...]:
    """Return the checks of sql/checks: each returns the rows that offend."""
    return stage_files("checks")


def run_checks(warehouse: Warehouse) -> list[CheckResult]:
    """Return the result of every check on an open warehouse, in the order of their names."""
    results = []
    for file in checks():
        rows = file.run(warehouse.connection).fetchall()
        name = file.object.partition(".")[2]
        results.append(CheckResult(name, file.grain, file.sources, len(rows), rows[:5]))
    return results


def _all_files() -> Iterator[SqlFile]:
    for stage in FOLDED:
        yield from stage_files(stage)


def _made() -> Iterator[Table]:
    for file in _all_files():
        if file.kind in ("facts", "history", "view"):
            layer = file.object.partition(".")[0]
            yield Table(file.object, layer, file.grain, file.sources, file.columns)


def _origins(
    sources: tuple[str, ...], origins: Mapping[str, tuple[str, ...]], known: set[str]
) -> set[str]:
    """Follow steps back to tables; what is no table, such as a setting, is dropped."""
    found: set[str] = set()
    seen: set[str] = set()
    pending = list(sources)
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        renamed = name.replace("lake.", "bronze.")
        if renamed in known:
            found.add(renamed)
        else:
            pending.extend(origins.get(name, ()))
    return found
