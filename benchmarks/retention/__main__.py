"""`python -m benchmarks.retention WORK …`: what a plan and a deletion take, as JSON.

`objects STORE COUNT` makes a warehouse of so many kept objects, `plan STORE` plans over it.
`logs STORE MONTH...` makes a workspace of audit rows, `reclaim STORE FILES` deletes landing files
of it, and `by-hand STORE FILES OUT` writes all of its rows but theirs anew with DuckDB. FILES: how
many landing files of how many months: `13x1`, `1x13`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from benchmarks.retention.logs import make_logs, name_of
from benchmarks.retention.objects import AT, make_objects
from lineage_pipeline import pipeline
from lineage_pipeline.disposal import planning, reclaiming
from lineage_pipeline.disposal.stores.opening import Stores
from lineage_pipeline.evidence import noting
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lineage_pipeline.warehouse.publish import Publication

WITHOUT: Final = """
copy (select * from read_parquet($file) where not list_contains($files, source_file))
to '{}' (format parquet, compression zstd, row_group_size 131072)
"""


def main(arguments: Sequence[str]) -> int:
    """Return the exit code."""
    work, store, *rest = arguments
    said = WORKS[work](Path(store), rest)
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _objects(store: Path, given: Sequence[str]) -> dict[str, float]:
    if not (store / "made").exists():
        make_objects(store, int(given[0]))
        (store / "made").touch()
    return {}


def _plan(store: Path, _: Sequence[str]) -> dict[str, float]:
    workspace = pipeline.open_workspace(store)
    started = time.perf_counter()
    stores = Stores(workspace)
    with open_warehouse(workspace.paths) as warehouse:
        plan = planning.plan_of(warehouse, stores, read_policy(workspace.paths.policy), AT)
    planning.plan_bytes(plan)
    return {"seconds": time.perf_counter() - started, "due": len(plan.due)}


def _logs(store: Path, given: Sequence[str]) -> dict[str, float]:
    if not (store / "made").exists():
        make_logs(store, sorted(map(Path, given)))
        (store / "made").touch()
    return {}


def _reclaim(store: Path, given: Sequence[str]) -> dict[str, float]:
    workspace = pipeline.open_workspace(store)
    published = 0.0
    publish = pipeline.publish_warehouse

    def timed(*args: Any, **named: Any) -> Publication | None:
        nonlocal published
        started = time.perf_counter()
        done = publish(*args, **named)
        published += time.perf_counter() - started
        return done

    setattr(pipeline, "publish_warehouse", timed)  # noqa: B010 - the name is the pipeline's own
    files = _files(store, given[0])
    started = time.perf_counter()
    at = noting.microseconds(pipeline.system_clock())
    done = reclaiming.reclaim(workspace, files, "policy audit-log", at)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "published_s": published, "rows": done.row_count}


def _by_hand(store: Path, given: Sequence[str]) -> dict[str, float]:
    chosen, out = given
    files = _files(store, chosen)
    workspace = pipeline.open_workspace(store)
    Path(out).mkdir(parents=True)
    started = time.perf_counter()
    for file in LakeTable(workspace.paths.table("bronze", "audit_event")).files():
        target = Path(out) / Path(file).name
        duckdb.execute(WITHOUT.format(target), {"file": file, "files": files})
    return {"seconds": time.perf_counter() - started}


def _files(store: Path, chosen: str) -> list[str]:
    """Return so many landing files of each of so many months, the earliest months first."""
    count, months = map(int, chosen.split("x"))
    folder = store / Path(name_of("", 0)).parent
    names = sorted({file.stem[:7] for file in folder.iterdir()})
    return [name_of(month, number) for month in names[:months] for number in range(count)]


WORKS: Final[dict[str, Callable[[Path, Sequence[str]], dict[str, float]]]] = {
    "objects": _objects, "plan": _plan, "logs": _logs, "reclaim": _reclaim, "by-hand": _by_hand,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
