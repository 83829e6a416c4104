"""What a run makes: its tables, how large they are, and whether their checks hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.lake.tables import LakeTable

if TYPE_CHECKING:
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.catalogue import CheckResult, Table


class TableSize(NamedTuple):
    """Rows of a table, and the bytes of its files where it has files of its own."""

    row_count: int
    total_bytes: int | None


def tables() -> tuple[Table, ...]:
    """Return every table that a run makes, bronze to warehouse, sources first."""
    from lineage_pipeline.warehouse import catalogue

    return catalogue.tables()


def checks() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return name, description and tables of every SQL check."""
    from lineage_pipeline.warehouse import catalogue

    return tuple((file.path.stem, file.grain, file.sources) for file in catalogue.checks())


def measure(paths: WorkspacePaths) -> dict[str, TableSize]:
    """Return the size of every table of the catalogue; one that is not there yet is left out."""
    from lineage_pipeline.warehouse.query import open_warehouse

    sizes = measure_bronze(paths)
    if paths.warehouse.exists():
        made = [table.name for table in tables() if table.name not in sizes]
        with open_warehouse(paths) as warehouse:
            sizes |= {name: TableSize(warehouse.count_rows(name), None) for name in made}
    return sizes


def measure_bronze(paths: WorkspacePaths) -> dict[str, TableSize]:
    """Return the size of every bronze table; one that is not there yet is empty."""
    names = [table.name for table in tables() if table.layer == "bronze"]
    folders = {name: paths.table("bronze", name.partition(".")[2]) for name in names}
    return {name: TableSize(*LakeTable(folder).size()) for name, folder in folders.items()}


def run_checks(paths: WorkspacePaths) -> list[CheckResult]:
    """Return the result of every SQL check on the published warehouse."""
    from lineage_pipeline.warehouse import catalogue
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(paths) as warehouse:
        return catalogue.run_checks(warehouse)
