"""The warehouse published: built aside, flushed, renamed; readers keep what they opened."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence import as_sealed, noting, rotations, sealing
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.schemas import MANIFEST
from lineage_pipeline.trail.reader import signed_by
from lineage_pipeline.warehouse import assessment_log, bronze_views, lake_log
from lineage_pipeline.warehouse.build import SERVED, Builder, built_with
from lineage_pipeline.warehouse.comparison import differences
from lineage_pipeline.warehouse.opening import read_only
from lineage_pipeline.warehouse.sqlfiles import FOLDED, stage_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.lake.batches import Batch
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.settings.lineage_toml import Settings
    from lineage_pipeline.warehouse.bronze_views import BronzeFiles
    from lineage_pipeline.warehouse.comparison import Difference

_QUOTED: Final = re.compile(r"'((?:[^']|'')*\.parquet)'")


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did: batches taken in, and whether it began from nothing."""

    batch_count: int
    is_rebuild: bool
    warehouse_bytes: int


class Published(NamedTuple):
    """The warehouse that is published: its batches, and the files of the lake its views read.

    These are others than those that there are, once the lake was moved or compacted.
    """

    batches: set[str]
    reads: set[str]


def publish(
    paths: WorkspacePaths,
    settings: Settings,
    schemas: Mapping[str, pa.Schema],
    *,
    from_nothing: bool = False,
) -> Publication | None:
    """Publish a warehouse that has taken in every visible batch; None if it has already.

    Args:
        paths: the workspace.
        settings: a warehouse built with others, or by another release, is built again.
        schemas: the columns of the bronze tables.
        from_nothing: take in every batch again, in the order of their known times.
    """
    bronze = bronze_views.bronze_files(paths, _needed(schemas))
    visible = visible_batches(bronze.files[MANIFEST])
    names = {batch.batch_id for batch in visible}
    if from_nothing or paths.rebuilding.exists():
        published = None
    else:
        published = _published(paths.warehouse, built_with(settings))
    before = published and published.batches
    pending = [batch for batch in visible if batch.batch_id not in (before or ())]
    if published and not pending and published.reads == _served(bronze, names):
        return None
    if before is not None and not as_sealed.is_as_sealed(paths, paths.warehouse):
        as_sealed.tell_altered(
            paths, settings.workspace.name, [paths.warehouse], "built anew", _known_at(visible)
        )
        before, pending = None, visible
    if before is None:
        paths.lake.mkdir(exist_ok=True)
        paths.rebuilding.touch()  # a crash from here on must not leave the lake half made
    changed = lake_log.Changed()
    with _staging(paths.warehouse, is_copy=before is not None) as staging:
        builder = Builder(staging, paths.lake, settings, is_copy=before is not None)
        _know_signers(builder, paths)
        for position, batches in enumerate(_by_known_time(pending)):
            builder.take_in(batches, bronze)
            is_first = before is None and position == 0
            if is_first or builder.has_events(batches, bronze):
                lake_log.append(paths, builder, batches, changed, replace=is_first)
        assessment_log.load(paths, builder.connection)
        _finish(builder, pending, bronze, names)
        changed.added.extend(assessment_log.append(paths, builder.connection))
        builder.close()
        noted = _note(paths, settings.workspace.name, staging, changed, visible)
        _put_in_place(staging, paths.warehouse)
    sealing.seal(paths, settings.workspace.name, noted)
    paths.rebuilding.unlink(missing_ok=True)
    return Publication(len(pending), before is None, paths.warehouse.stat().st_size)


def _know_signers(builder: Builder, paths: WorkspacePaths) -> None:
    """Hand over the keys of the log: its entries are read where the newest is not known yet."""
    newest = signed_by(paths.trail)
    if newest is not None and not builder.knows_signer(newest):
        builder.know_signers(rotations.keys_of(paths))


def _note(
    paths: WorkspacePaths, name: str, staging: Path, changed: lake_log.Changed, visible: list[Batch]
) -> Intent:
    """Note what will be published: the warehouse, and the files of silver and graph behind it."""
    at = _known_at(visible)
    digest = noting.file_sha256(staging)
    added = [*changed.added, paths.warehouse]
    return noting.note_written(
        paths, name, "publication", digest, at=at, added=added, cleared=changed.cleared
    )


def _known_at(visible: list[Batch]) -> int:
    return noting.microseconds(visible[-1].known_at) if visible else 0


def check(
    paths: WorkspacePaths,
    settings: Settings,
    schemas: Mapping[str, pa.Schema],
) -> list[Difference]:
    """Return the tables in which the published warehouse differs from one built from nothing.

    Nothing is published or written to the lake.

    Raises:
        ConfigError: what is published was built with other settings, by another release, or of
            other batches than bronze holds.
    """
    bronze = bronze_views.bronze_files(paths, _needed(schemas))
    visible = visible_batches(bronze.files[MANIFEST])
    names = {batch.batch_id for batch in visible}
    published = _published(paths.warehouse, built_with(settings))
    if published is None or published.batches != names:
        raise ConfigError(
            f"{paths.warehouse}: bronze, the settings or the release are not those that it was "
            f"built with; publish with `lineage run` first"
        )
    with _staging(paths.warehouse, is_copy=False) as staging:
        builder = Builder(staging, paths.lake, settings, is_copy=False)
        _know_signers(builder, paths)
        for batches in _by_known_time(visible):
            builder.take_in(batches, bronze)
        assessment_log.load(paths, builder.connection)
        _finish(builder, visible, bronze, names)
        builder.close()
        return differences(paths.warehouse, staging)


def _finish(builder: Builder, pending: list[Batch], bronze: BronzeFiles, names: set[str]) -> None:
    """Take in what does not depend on known time, then what rests on all."""
    builder.take_in_audit(pending, bronze)
    for batches in _by_known_time(pending):
        builder.decide(batches)
    builder.serve(bronze, names)


@contextmanager
def _staging(warehouse: Path, *, is_copy: bool) -> Iterator[Path]:
    """Give the file to build in; one that was not put in place does not stay to fill the disk."""
    staging = warehouse.with_name(warehouse.name + ".building")
    parts = (staging, staging.with_name(staging.name + ".wal"))
    for left_over in parts:
        left_over.unlink(missing_ok=True)
    try:
        if is_copy:
            shutil.copyfile(warehouse, staging)
        yield staging
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _needed(schemas: Mapping[str, pa.Schema]) -> dict[str, pa.Schema]:
    """Return the bronze tables that sql/ reads; the others need not be opened."""
    read = {
        source.partition(".")[2]
        for stage in FOLDED
        for file in stage_files(stage)
        for source in file.sources
        if source.startswith(("bronze.", "lake."))
    }
    return {name: schema for name, schema in schemas.items() if name in read}


def _by_known_time(batches: list[Batch]) -> list[list[Batch]]:
    """Return the batches in groups of one known time; one empty group if there are none."""
    groups = [list(group) for _, group in groupby(batches, key=lambda batch: batch.known_at)]
    return groups or [[]]


def _published(warehouse: Path, digest: str) -> Published | None:
    """Return what is published; None if it must be built from nothing."""
    if not warehouse.exists():
        return None
    try:
        with read_only(warehouse) as connection:
            built = connection.execute("select built_with_sha256 from quality.build").fetchall()
            taken_in = connection.execute("select batch_id from quality.publication").fetchall()
            views = connection.execute(
                "select sql from duckdb_views() where schema_name = 'lake'"
            ).fetchall()
    except duckdb.Error:
        return None
    if built != [(digest,)]:
        return None
    quoted = {name for (text,) in views for name in _QUOTED.findall(text)}
    return Published(
        {batch_id for (batch_id,) in taken_in}, {name.replace("''", "'") for name in quoted}
    )


def _served(bronze: BronzeFiles, visible: set[str]) -> set[str]:
    """Return the files of the lake that the warehouse's views must read now."""
    return {file for table in SERVED for file in bronze.visible(table, visible)}


def _put_in_place(staging: Path, warehouse: Path) -> None:
    with staging.open("rb") as handle:
        os.fsync(handle.fileno())
    staging.replace(warehouse)
    folder = os.open(warehouse.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
