"""Landing files gone from the workspace: their bytes, their rows, and what only their rows held.

Bodies that other events hold as well stay. What silver, graph and the warehouse made of the rows
goes with them, since all is built anew from what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.archives.deleting import delete_copies
from lineage_pipeline.disposal.stores.landing import PREFIX, Landing
from lineage_pipeline.engines import connect
from lineage_pipeline.evidence.durable import sync_folders
from lineage_pipeline.evidence.erasing import Request, erase_rows
from lineage_pipeline.evidence.expiring import Expiry, expire_rows
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.withdrawing import withdraw
from lineage_pipeline.lake.batches import of_batches, visible_batches
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.scan.kernel import kernel_schemas
from lineage_pipeline.schemas import ERASABLE
from lineage_pipeline.warehouse.bronze_views import bronze_files, show
from lineage_pipeline.warehouse.sqlfiles import stage_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import duckdb

    from lineage_pipeline.evidence.going import Places
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pipeline import Workspace

Keys = tuple[str, ...]
BY_FILE: Final[Keys] = ("source_file",)
BY_EVENT: Final[Keys] = ("batch_id", "event_id")
BY_HOLDER: Final[Keys] = ("holder_digest",)
BY_FACET: Final[Keys] = ("facet_digest",)
BY_DIGEST: Final[Keys] = ("batch_id", "digest_sha256")
GOING: Final[dict[Keys, str]] = {
    BY_FILE: "step.going_file",
    BY_EVENT: "step.going_event",
    BY_HOLDER: "step.going_holder",
    BY_FACET: "step.going_facet",
    BY_DIGEST: "step.going_digest",
}
"""The table that tells which rows of bronze go, by the columns that both have."""
SHARED: Final = frozenset({"event_holder"})
"""Tables that tell of all batches whether something of those that go is held elsewhere as well."""


class Reclaimed(NamedTuple):
    """What went.

    Attributes:
        row_count: rows of bronze.
        file_count: landing files.
        file_bytes: their bytes.
    """

    row_count: int
    file_count: int
    file_bytes: int


def reclaim(workspace: Workspace, files: Collection[str], reason: str, at: int) -> Reclaimed:
    """Delete landing files and all that was read from them alone; publish what is left.

    Who died in between asks for the same files again.

    Args:
        workspace: where.
        files: landing files, as rows name them; one that is gone already is no error.
        reason: the clause or policy by which; it must not name a person.
        at: the known time of it, in microseconds since 1970.

    Raises:
        BusyError: somebody else is at work.
        ConfigError: there are copies of them in an archive that the settings do not name.
        ProofError: rows are not those that were sealed: nothing goes that was tampered with.
        StorageError: something cannot be written.
    """
    with exclusive(workspace.paths.lock, wait=True):
        done = take_out_files(workspace, files, reason, at)
        pipeline.publish_warehouse(workspace, from_nothing=True)
    return done


def take_out_files(workspace: Workspace, files: Collection[str], reason: str, at: int) -> Reclaimed:
    """Delete as `reclaim` does, under its lock; who publishes next begins from nothing."""
    paths, name = workspace.paths, workspace.settings.workspace.name
    row_count = 0
    delete_copies(workspace, [f"{PREFIX}{file}" for file in files])
    withdraw(paths, name)
    paths.rebuilding.touch()
    with connect() as engine:
        for stream, keys in _judged(engine, paths, files):
            if stream in ERASABLE:
                rows = _places(engine, stream, keys)
                request = Request(stream, rows, reason, at)
                row_count += erase_rows(paths, name, request).row_count if rows else 0
            else:
                expiry = _expiry(engine, stream, keys, reason, at)
                row_count += expire_rows(paths, name, expiry).row_count
    sizes = list(_deleted(workspace, files))
    (paths.root / CACHE).unlink(missing_ok=True)
    return Reclaimed(row_count, len(sizes), sum(sizes))


def files_with_rows(paths: WorkspacePaths, files: Collection[str]) -> set[str]:
    """Return those of some landing files of which bronze still holds rows that count."""
    wanted = pa.array(sorted(files), pa.string())
    batches = _batches_of(paths, files)
    found: set[str] = set()
    for stream, schema in kernel_schemas().items():
        if "source_file" in schema.names:
            active = LakeTable(paths.table("bronze", stream)).files()
            for file in of_batches(active, batches):
                held = pq.read_table(file, columns=["source_file"], partitioning=None)
                there = pc.unique(held["source_file"])
                found |= {*there.filter(pc.is_in(there, wanted)).to_pylist()}
    return found


def _batches_of(paths: WorkspacePaths, files: Collection[str]) -> set[str]:
    """Return the batches that read some of landing files: no other batch holds rows of them."""
    wanted = pa.array(sorted(files), pa.string())
    found: set[str] = set()
    for file in LakeTable(paths.manifests).files():
        read = pq.read_table(file, columns=["batch_id", "source_file"], partitioning=None)
        found |= {*read.filter(pc.is_in(read["source_file"], wanted))["batch_id"].to_pylist()}
    return found


def _judged(
    engine: duckdb.DuckDBPyConnection, paths: WorkspacePaths, files: Collection[str]
) -> Iterator[tuple[str, Keys]]:
    """Find what goes, then yield each table that may hold some of it, with the columns that tell.

    What is held comes before what holds it, so that who died finds the same again.
    """
    schemas = kernel_schemas()
    told_by = {
        stream: next((keys for keys in GOING if {*keys} <= {*schema.names}), None)
        for stream, schema in schemas.items()
    }
    bronze = bronze_files(paths, schemas)
    visible = {batch.batch_id for batch in visible_batches(LakeTable(paths.manifests).files())}
    its_own = visible & _batches_of(paths, files)
    engine.execute("set timezone = 'UTC'; attach ':memory:' as bronze; use bronze")
    for stream, schema in schemas.items():
        is_own = told_by[stream] in (BY_FILE, BY_EVENT) and stream not in SHARED
        held = bronze.visible(stream, visible)
        show(engine, stream, of_batches(held, its_own) if is_own else held, schema)
    engine.execute("attach ':memory:' as step; use step")
    engine.from_arrow(pa.table({"source_file": pa.array(sorted(files), pa.string())})).create(
        "going_file"
    )
    for file in stage_files("reclaim"):
        file.run(engine)
    for keys in reversed(GOING):
        if engine.table(GOING[keys]).limit(1).fetchall():
            yield from ((stream, keys) for stream, told in told_by.items() if told == keys)


def _places(
    engine: duckdb.DuckDBPyConnection, stream: str, keys: Keys
) -> dict[tuple[str, int], Places]:
    """Return the places of the rows of a table that go, by their batch and task, in order."""
    rows = engine.table(f"bronze.{stream}").join(
        engine.table(GOING[keys]), ", ".join(keys), how="semi"
    )
    names = ["batch_id", "task", "row_number"]
    placed = rows.select(*names).order(", ".join(names)).to_arrow_table()
    by_task = placed.group_by(names[:2], use_threads=False).aggregate([("row_number", "list")])
    return {
        (batch_id.as_py(), task.as_py()): places.values.to_numpy()
        for batch_id, task, places in zip(*by_task.columns, strict=True)
    }


def _expiry(
    engine: duckdb.DuckDBPyConnection, stream: str, keys: Keys, reason: str, at: int
) -> Expiry:
    going = engine.table(GOING[keys]).select(*keys).to_arrow_table()

    def goes(rows: pa.Table) -> pa.BooleanArray:
        return pc.is_in(_joined(rows, keys), _joined(going, keys)).combine_chunks()

    return Expiry(stream, keys, goes, reason, at)


def _joined(rows: pa.Table, keys: Keys) -> pa.ChunkedArray:
    """Return the columns of a key as one column of bytes."""
    columns = [rows[key].cast(pa.binary()) for key in keys]
    return pc.binary_join_element_wise(*columns, b"\0") if len(columns) > 1 else columns[0]


def _deleted(workspace: Workspace, files: Collection[str]) -> Iterator[int]:
    """Delete landing files; yield the bytes of each that was there."""
    root = workspace.paths.root
    below, landing = workspace.paths.landing.resolve(), Landing(workspace.paths)
    for name in sorted(files):
        landing.forget(name)
        file = root / name
        if file.is_file() and not file.is_symlink() and below in file.resolve().parents:
            yield file.stat().st_size
            file.unlink()
            sync_folders(root, [name])
