"""Workspaces for tests: made below a folder, filled with events, run at a clock, asked for rows."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline import pipeline
from lineage_pipeline.initialise import initialise
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sqlfiles import FOLDED, stage_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Mapping, Sequence

    import duckdb

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.warehouse.sqlfiles import SqlFile

Row = tuple[Any, ...]

KNOWN_TIMES: Final = frozenset({"known_from_at", "known_to_at"})
OCCURRENCE: Final = frozenset({"source_file", "source_offset", "source_bytes", "ingested_at"})
"""The columns of an event that say where and when it was read, not what it says."""
CLOCK: Final = datetime(2026, 6, 1, tzinfo=UTC)
_TEMPLATES: Final = TemporaryDirectory(prefix="lineage-templates-")
_MADE: Final[dict[tuple[Hashable, ...], Path]] = {}


def make_workspace(root: Path, settings: str = "") -> Workspace:
    """Return a fresh synthetic workspace at `root`; `settings` is TOML behind `[workspace]`."""
    paths = initialise(root)
    paths.settings.write_text(f"[workspace]\nsynthetic = true\n{settings}", encoding="utf-8")
    return pipeline.open_workspace(root)


def published_workspace(root: Path, settings: str = "") -> Workspace:
    """Return a fresh synthetic workspace whose empty tables stand already: a copy of one.

    What is told first is folded into them, which takes half as long as making them.
    """
    shutil.copytree(_published_once(settings), root, dirs_exist_ok=True)
    return pipeline.open_workspace(root)


def made_once(root: Path, make: Callable[[Path], object], *key: Hashable) -> None:
    """Have `root` hold a copy of what `make` makes below a folder: once in a process for a key."""
    which = (make.__module__, make.__qualname__, *key)
    if which not in _MADE:
        _MADE[which] = Path(mkdtemp(dir=_TEMPLATES.name))
        make(_MADE[which])
    shutil.copytree(_MADE[which], root, dirs_exist_ok=True)


@cache
def _published_once(settings: str) -> Path:
    workspace = make_workspace(Path(mkdtemp(dir=_TEMPLATES.name)) / "workspace", settings)
    pipeline.publish_warehouse(workspace)
    return workspace.paths.root


def deliver(
    workspace: Workspace, files: Mapping[str, Sequence[object]], clock: datetime = CLOCK
) -> None:
    """Land each list of events, or of lines as they are, as NDJSON and run at `clock`."""
    land(workspace, files)
    pipeline.run(workspace, pipeline.system_clock, clock)


def land(workspace: Workspace, files: Mapping[str, Sequence[object]]) -> None:
    """Land each list of events, or of lines as they are, as NDJSON."""
    for name, events in files.items():
        lines = [line if isinstance(line, str) else json.dumps(line) for line in events]
        target = workspace.paths.landing / "openlineage" / f"{name}.ndjson"
        target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def deliver_documents(
    workspace: Workspace, files: Mapping[str, object], clock: datetime = CLOCK
) -> None:
    """Land a text, or objects as NDJSON, in each file below landing/, and run at `clock`."""
    for name, held in files.items():
        target = workspace.paths.landing / name
        target.parent.mkdir(parents=True, exist_ok=True)
        objects = held if isinstance(held, list) else [held]
        lines = [one if isinstance(one, str) else f"{json.dumps(one)}\n" for one in objects]
        target.write_text("".join(lines), encoding="utf-8")
    pipeline.run(workspace, pipeline.system_clock, clock)


def renumber(connection: duckdb.DuckDBPyConnection) -> None:
    """Number nodes and edges again, as a publication does, after a test has put in its own."""
    connection.execute("create schema if not exists step")
    for file in stage_files("serve"):
        if file.kind == "facts":
            file.run(connection)


def made_by(*kinds: str) -> list[SqlFile]:
    """Return the SQL files of these kinds, in the order in which they run."""
    return [
        file for stage in (*FOLDED, "checks") for file in stage_files(stage) if file.kind in kinds
    ]


def tables(
    workspace: Workspace, schema: str, leave_out: Collection[str] = (), *, believed: bool = False
) -> dict[str, list[Row]]:
    """Return the sorted rows of every table and view of a schema.

    Args:
        workspace: where.
        schema: such as lineage.
        leave_out: columns that do not count.
        believed: only rows that hold as known today.
    """
    found: dict[str, list[Row]] = {}
    with open_warehouse(workspace.paths) as warehouse:
        for file in made_by("facts", "history", "view"):
            if file.object.partition(".")[0] != schema:
                continue
            answer = warehouse.connection.table(file.object)
            if believed and "known_to_at" in answer.columns:
                answer = answer.filter("known_to_at is null")
            names = [f'"{name}"' for name in answer.columns if name not in leave_out]
            rows = answer.select(", ".join(names)).fetchall()
            found[file.object] = in_order([tuple(map(_frozen, row)) for row in rows])
    return found


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Return the rows sorted, whatever their types; nulls come first."""
    return sorted(rows, key=lambda row: [(value is not None, str(value)) for value in row])


def differences(
    found: Mapping[str, Sequence[Row]], expected: Mapping[str, Sequence[Row]]
) -> dict[str, dict[str, list[Row]]]:
    """Return, by table, the rows that only one side has; nothing if the sides are equal."""
    apart: dict[str, dict[str, list[Row]]] = {}
    for name in found.keys() | expected.keys():
        here, there = Counter(found.get(name, ())), Counter(expected.get(name, ()))
        if here != there:
            surplus = {"surplus": here - there, "missing": there - here}
            apart[name] = {side: in_order(list(rows.elements())) for side, rows in surplus.items()}
    return apart
