"""The stages of a run, one function each, and the only place that puts them in order.

What a stage works with is imported when it runs: a scan of one file needs no engine of SQL.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lineage_pipeline.bronze.commit import sweep
from lineage_pipeline.bronze.ingest import Ingest, ingest
from lineage_pipeline.bronze.ledger import last_known_time, scanned_files
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence import as_sealed, noting, receiving, sealing
from lineage_pipeline.evidence.trail import log_size, require_log
from lineage_pipeline.evidence.withdrawing import withdraw
from lineage_pipeline.governance.policy_act import tell_policy
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.landing.discover import list_landing, list_paths
from lineage_pipeline.landing.reader_digest import reader_digest
from lineage_pipeline.landing.undeclared import leave_out_undeclared
from lineage_pipeline.landing.unread import new_segments
from lineage_pipeline.paths import (
    ACTS_FOLDER,
    SCANNED_FOLDERS,
    WorkspacePaths,
    workspace_paths,
)
from lineage_pipeline.settings.lineage_toml import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pyarrow as pa

    from lineage_pipeline.evidence.entries import Altered
    from lineage_pipeline.evidence.intent import Intent
    from lineage_pipeline.lake.compaction import Compaction
    from lineage_pipeline.landing.files import SegmentTask
    from lineage_pipeline.landing.listing import Listing
    from lineage_pipeline.warehouse.comparison import Difference
    from lineage_pipeline.warehouse.publish import Publication
    from lineage_pipeline.warehouse.query import Warehouse


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that is open: where it lies and how it is set."""

    paths: WorkspacePaths
    settings: Settings


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: the scan, the publication (None if nothing changed), the time.

    What it found to be other than it was sealed is in `altered`.
    """

    ingest: Ingest
    publication: Publication | None
    known_at: datetime
    duration_ms: float
    altered: list[Altered]


def open_workspace(root: Path) -> Workspace:
    """Return the workspace at `root`.

    Raises:
        ConfigError: there is none, or its settings are wrong.
    """
    paths = workspace_paths(root)
    return Workspace(paths, read_settings(paths.settings))


def run(
    workspace: Workspace,
    clock: Callable[[], datetime],
    requested: datetime | None = None,
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
    *,
    wait: bool = False,
) -> Run:
    """Scan what is new, build and publish; with nothing new, change nothing.

    Args:
        workspace: where.
        clock: tells the time.
        requested: the known time to use instead; only a synthetic workspace takes it.
        on_plan: told the bytes to be read; returns what to tell of progress.
        wait: for another run to finish, if one is at work.

    Raises:
        ConfigError: the workspace may not set its clock, or the clock would run backwards.
        BusyError: another run is at work, and this one may not wait.
    """
    started = time.perf_counter()
    with exclusive(workspace.paths.lock, wait=wait):
        entry_count = log_size(workspace.paths)
        known_at = known_time(workspace, clock(), requested)
        scanned = scan_landing(workspace, known_at, on_plan)
        publication = publish_warehouse(workspace)
        compact_lake(workspace, known_at)
        altered = as_sealed.altered_since(workspace.paths, entry_count)
    duration_ms = (time.perf_counter() - started) * 1000
    return Run(scanned, publication, known_at, duration_ms, altered)


def scan_landing(
    workspace: Workspace,
    known_at: datetime,
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
    *,
    is_dry: bool = False,
) -> Ingest:
    """Return what was scanned from landing/ into bronze, committed as one batch."""
    if not is_dry:
        _make_good(workspace)
        tell_policy(workspace.paths, noting.microseconds(known_at))
    listing = _landing(workspace)
    if not is_dry:
        name = workspace.settings.workspace.name
        altered = receiving.receive(workspace.paths, name, noting.microseconds(known_at))
        left_out = {file for file in listing.files if file.source_file in altered}
        listing = listing.without(left_out, "is not what it was when it came")
    return _scan(workspace, listing, known_at, on_plan, is_dry=is_dry)


def scan_paths(
    workspace: Workspace,
    places: Sequence[str],
    source: str,
    clock: Callable[[], datetime],
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
    *,
    is_dry: bool = False,
) -> Ingest:
    """Return what was scanned from files that are read where they lie, as one batch.

    Args:
        workspace: whose bronze they are added to; the next publication takes them in.
        places: files, folders, patterns and `s3://` addresses.
        source: the landing folder whose formats they may hold.
        clock: tells the time.
        on_plan: told the bytes to be read; returns what to tell of progress.
        is_dry: count and judge, but write nothing.

    Raises:
        ConfigError: a place that does not exist, a source that there is not.
        BusyError: another process is writing to the workspace.
        IntegrityError: something was found to be other than it was sealed; the scan is done.
    """
    if source not in SCANNED_FOLDERS:
        raise ConfigError(
            f"--source {source}: no such source; choose one of {', '.join(SCANNED_FOLDERS)}"
        )
    if source == ACTS_FOLDER:
        raise ConfigError(
            f"--source {source}: acts count only where they came, in landing/{source}/, which is "
            f"sealed before it is read; put the file there, and `lineage run`"
        )
    listing = list_paths(workspace.paths.root, places, source)
    with exclusive(workspace.paths.lock, wait=False):
        known_at, entry_count = known_time(workspace, clock(), None), log_size(workspace.paths)
        if not is_dry:
            _make_good(workspace)
        scanned = _scan(workspace, listing, known_at, on_plan, is_dry=is_dry)
        as_sealed.require_unaltered(as_sealed.altered_since(workspace.paths, entry_count))
        return scanned


def _landing(workspace: Workspace) -> Listing:
    return list_landing(workspace.paths.root, workspace.paths.landing, SCANNED_FOLDERS)


def _scan(
    workspace: Workspace,
    found: Listing,
    known_at: datetime,
    on_plan: Callable[[int], Callable[[int], None]] | None,
    *,
    is_dry: bool,
) -> Ingest:
    listing = leave_out_undeclared(found, workspace.settings.audit.generic)
    segments = _new_segments(workspace, listing)
    return ingest(
        workspace.paths,
        workspace.settings,
        listing,
        segments,
        known_at,
        on_plan=on_plan,
        is_dry=is_dry,
    )


def _make_good(workspace: Workspace) -> None:
    """Finish what a writer that died had made visible, and remove what it had not."""
    paths, name = workspace.paths, workspace.settings.workspace.name
    require_log(paths, name, os.environ)
    sweep(paths)
    sealing.finish(paths, name)
    withdraw(paths, name)


def _new_segments(workspace: Workspace, listing: Listing) -> tuple[SegmentTask, ...]:
    settings = workspace.settings
    readers = {
        source: reader_digest(source, settings.scan, settings.audit.generic)
        for source in SCANNED_FOLDERS
    }
    return new_segments(listing, scanned_files(workspace.paths), readers)


def publish_warehouse(workspace: Workspace, *, from_nothing: bool = False) -> Publication | None:
    """Return what was published: every committed batch; None if it was current."""
    from lineage_pipeline.warehouse.publish import publish

    _make_good(workspace)
    schemas = _bronze_schemas()
    return publish(workspace.paths, workspace.settings, schemas, from_nothing=from_nothing)


def check_warehouse(workspace: Workspace) -> list[Difference]:
    """Return the tables in which what is published differs from a rebuild, which is thrown away.

    Raises:
        ConfigError: what is published is not of the present bronze, settings and release.
        BusyError: another process is writing to the workspace.
    """
    from lineage_pipeline.warehouse.publish import check

    with exclusive(workspace.paths.lock, wait=False):
        return check(workspace.paths, workspace.settings, _bronze_schemas())


def _bronze_schemas() -> dict[str, pa.Schema]:
    from lineage_pipeline.scan.kernel import kernel_schemas
    from lineage_pipeline.schemas import MANIFEST, SEGMENT

    return kernel_schemas() | {MANIFEST: SEGMENT}


def compact_lake(workspace: Workspace, known_at: datetime) -> Compaction:
    """Return what was rewritten of the audit events: older days into months, months into years.

    The warehouse is published again if it was, so that its views read the new files; those that
    they replace stay until readers of the old warehouse are done.
    """
    from lineage_pipeline.lake.compaction import compact

    paths, name = workspace.paths, workspace.settings.workspace.name
    at = noting.microseconds(known_at)
    noted: list[Intent] = []

    def before_commit(transaction: str, files: list[Path]) -> None:
        note = noting.note_written(paths, name, "compaction", transaction, at=at, added=files)
        noted.append(note)

    done = compact(
        paths,
        known_at,
        before_commit=before_commit,
        before_removal=lambda files: sealing.seal_expiry(paths, name, files, at),
        altered=lambda files: as_sealed.not_as_sealed(paths, files),
    )
    as_sealed.tell_altered(paths, name, done.left_out, "left out", at)
    for one in noted:
        sealing.seal(paths, name, one)
    if done.written:
        publish_warehouse(workspace)
    return done


def open_warehouse(paths: WorkspacePaths) -> Warehouse:
    """Return the published warehouse, opened to be read; whoever asks for it closes it."""
    from lineage_pipeline.warehouse import query

    return query.open_warehouse(paths)


def new_files(workspace: Workspace) -> tuple[str, ...]:
    """Return the landing files that a run would read now, by name; nothing is opened."""
    listing = leave_out_undeclared(_landing(workspace), workspace.settings.audit.generic)
    tasks = _new_segments(workspace, listing)
    return tuple(f"{task.file.source_file}:{task.file.size_bytes}" for task in tasks)


def known_time(workspace: Workspace, now: datetime, requested: datetime | None) -> datetime:
    """Return the known time of a scan: never earlier than that of the last one.

    Raises:
        ConfigError: the workspace may not set its clock, or `requested` lies before the last scan.
    """
    last = last_known_time(workspace.paths)
    if requested is None:
        return now if last is None or now > last else last + timedelta(microseconds=1)
    where = workspace.paths.settings
    if not workspace.settings.workspace.synthetic:
        raise ConfigError(
            f"{where}: only a workspace marked `synthetic = true` may set its clock; "
            f"leave --clock out, or mark made data as such"
        )
    if last is not None and requested < last:
        raise ConfigError(
            f"--clock {requested.isoformat()} lies before the last scan ({last.isoformat()}); "
            f"known time does not run backwards, use a later one"
        )
    return requested


def system_clock() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
