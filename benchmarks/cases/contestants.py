"""Who is measured: the project, its peers, and what neither can go below."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from benchmarks import ours
from benchmarks.case import Contestant, python

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.peers.tables import Task

FLOOR: Final = "scan floor"
OURS: Final = "ours"
DUCKDB: Final = "DuckDB by hand"
FILES: Final = "DuckDB, small files"
BODIES: Final = "DuckDB, bodies once"
CLICKHOUSE: Final = "ClickHouse"
POLARS: Final = "Polars"
PYARROW: Final = "PyArrow"

_ENGINES: Final = {
    DUCKDB: "duckdb",
    BODIES: "duckdb-bodies",
    FILES: "duckdb-files",
    CLICKHOUSE: "clickhouse",
    POLARS: "polars",
    PYARROW: "pyarrow",
}
_NO_MAPS: Final = "no column edges, no facets of runs and jobs: its JSON types know no free keys"
_NOTES: Final = {
    (POLARS, "openlineage"): _NO_MAPS,
    (PYARROW, "openlineage"): _NO_MAPS,
    (
        DUCKDB,
        "openlineage",
    ): "a row each time that an event states a field or an edge; other facets of "
    "datasets, offsets and identities are not kept",
    (FILES, "openlineage"): "objects first, types after; the typed reader takes 5 ms a file",
    (BODIES, "openlineage"): "parses each distinct body once, as we do; no offsets, no identities",
    (
        CLICKHOUSE,
        "openlineage",
    ): "a row each time that an event states a field or an edge; other facets of "
    "datasets, offsets and identities are not kept",
}


def floor(files: str) -> Contestant:
    """Return the scan floor over the files."""
    return Contestant(FLOOR, lambda _: python("benchmarks.floor", "scan", files))


def apart(name: str, work: str, files: str) -> Contestant:
    """Return a part of the work that is measured alone, to be counted out."""
    return Contestant(name, lambda _: python("benchmarks.floor", work, files))


def peers(task: Task, files: str, names: Sequence[str]) -> tuple[Contestant, ...]:
    """Return the peers of these names."""
    return tuple(_peer(task, files, name) for name in names)


def scan(
    files: str,
    source: str,
    *,
    name: str = OURS,
    after: Path | None = None,
    is_compared: bool = True,
) -> Contestant:
    """Return the project's bulk scan in a workspace of its own.

    Args:
        files: what it scans.
        source: the landing folder whose formats are admissible.
        name: how tables call it.
        after: a workspace to start from, a copy of it; a fresh one without it.
        is_compared: whether its tables are compared with the peers'.
    """
    folder = name.replace(" ", "-").replace(",", "")

    def before(repeat: Path) -> None:
        if after is None:
            ours.fresh_workspace(repeat / folder)
        else:
            shutil.copytree(after, repeat / folder)

    return Contestant(
        name,
        lambda repeat: ours.scan_command(files, repeat / folder, source),
        before,
        ("ours", folder) if is_compared else None,
    )


def again(files: str, source: str) -> Contestant:
    """Return the same scan in the workspace where it has just been done."""
    return Contestant(
        "ours, nothing new", lambda repeat: ours.scan_command(files, repeat / OURS, source)
    )


def _peer(task: Task, files: str, name: str) -> Contestant:
    engine = _ENGINES[name]
    return Contestant(
        name,
        lambda repeat: python("benchmarks.peers", engine, task, files, str(repeat / engine)),
        output=("bodies" if name == BODIES and task == "openlineage" else "peer", engine),
        note=_NOTES.get((name, task), ""),
    )
