"""What is new, scanned and committed to bronze as one batch that happens once."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from lineage_pipeline.bronze.commit import commit, note, sweep
from lineage_pipeline.bronze.crew import Crew, available_cores
from lineage_pipeline.bronze.ledger import known_facets
from lineage_pipeline.bronze.plan import plan_tasks, task_bytes
from lineage_pipeline.evidence import as_sealed, noting, sealing
from lineage_pipeline.scan.tasks import Manifest, ScanTask

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.landing.files import SegmentTask
    from lineage_pipeline.landing.listing import Listing, Skipped
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.scan.tasks import Segment
    from lineage_pipeline.settings.lineage_toml import Settings


@dataclass(frozen=True, slots=True)
class Ingest:
    """What one scan did.

    Attributes:
        batch_id: the batch that was committed, None if nothing was new.
        segments: what was scanned.
        skipped: what was found and is not read.
        unreadable: files that could not be opened, with the reason; they are tried again.
        listed_count: files that were looked at.
        rejected_by: how many records were set aside, by reason code.
    """

    batch_id: str | None
    segments: tuple[Segment, ...]
    skipped: tuple[Skipped, ...]
    unreadable: tuple[tuple[str, str], ...]
    listed_count: int
    rejected_by: tuple[tuple[str, int], ...] = ()


def ingest(
    paths: WorkspacePaths,
    settings: Settings,
    listing: Listing,
    segments: Sequence[SegmentTask],
    clock: datetime,
    *,
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
    is_dry: bool = False,
) -> Ingest:
    """Scan what is new and commit it; with nothing new, nothing is read or written.

    Args:
        paths: the workspace.
        settings: its settings.
        listing: what was found.
        segments: what of it is new.
        clock: the known time of everything in the batch.
        on_plan: told the bytes that will be read; returns what to tell of progress.
        is_dry: count and judge, but write nothing.

    Raises:
        OSError: the lake cannot be written, for want of space or of rights; nothing of the batch
            is visible, and what was written of it is removed.
    """
    if not segments:
        return Ingest(None, (), listing.skipped, (), len(listing.files))
    batch_id = _batch_id(segments, clock)
    name, at = settings.workspace.name, noting.microseconds(clock)
    on_bytes = on_plan(sum(segment.size_bytes for segment in segments)) if on_plan else None

    def put(unfinished: Path, file: Path) -> None:
        noted = noting.note_cache(paths, name, unfinished, file, at)
        unfinished.replace(file)
        sealing.seal(paths, name, noted)

    def is_whole(file: Path) -> bool:
        if as_sealed.is_as_sealed(paths, file):
            return True
        if not is_dry:
            as_sealed.tell_altered(paths, name, [file], "built anew", at)
            file.unlink()
        return False

    def scan_as_planned() -> Manifest:
        groups = _planned(segments)
        with Crew(min(available_cores(), len(groups))) as crew:
            # What takes a while stands here, where the other processes are starting up.
            task = ScanTask(
                batch_id, 0, (), clock, None if is_dry else paths.lake / "bronze", settings.scan,
                known_facets(paths, None if is_dry else put, is_whole), settings.audit.generic,
            )  # fmt: skip
            return _scan(task, segments, groups, crew, on_bytes)

    if is_dry:
        manifest = scan_as_planned()
    else:
        journal = note(paths, batch_id)
        try:
            manifest = scan_as_planned()
            if manifest.segments:
                noted = noting.note_batch(paths, name, batch_id, manifest, at)
                commit(paths, batch_id, manifest, clock)
                sealing.seal(paths, name, noted)
        except BaseException:
            sweep(paths)
            raise
        journal.unlink()
    return Ingest(
        batch_id if manifest.segments and not is_dry else None,
        manifest.segments,
        listing.skipped,
        manifest.unreadable,
        len(listing.files),
        manifest.rejected_by,
    )


def _planned(
    segments: Sequence[SegmentTask], whole: Collection[str] = ()
) -> list[tuple[SegmentTask, ...]]:
    """Return what each call of the kernel is to scan."""
    return plan_tasks(segments, task_bytes(segments, available_cores()), whole=whole)


def _scan(
    task: ScanTask,
    segments: Sequence[SegmentTask],
    groups: list[tuple[SegmentTask, ...]],
    crew: Crew,
    on_bytes: Callable[[int], None] | None,
) -> Manifest:
    """Return the manifest of the whole batch.

    A large file is cut where lines end. Should a record or an array run over a cut after all, the
    batch is scanned again with that file whole.
    """
    whole: set[str] = set()
    while True:
        tasks = [
            replace(task, number=number, segments=group) for number, group in enumerate(groups)
        ]
        manifest = merged(crew.scan_all(tasks, on_bytes))
        if not manifest.unsure:
            return manifest
        whole |= {segment.file.source_file for segment in manifest.unsure}
        groups = _planned(segments, whole)


def merged(manifests: Sequence[Manifest]) -> Manifest:
    """Return the manifests of a batch's tasks as one."""
    rejected_by: Counter[str] = Counter()
    for manifest in manifests:
        rejected_by.update(dict(manifest.rejected_by))
    return Manifest(
        tuple(file for manifest in manifests for file in manifest.files),
        tuple(segment for manifest in manifests for segment in manifest.segments),
        tuple(dict.fromkeys(file for manifest in manifests for file in manifest.unreadable)),
        tuple(segment for manifest in manifests for segment in manifest.unsure),
        tuple(sorted(rejected_by.items())),
    )


def _batch_id(segments: Sequence[SegmentTask], clock: datetime) -> str:
    """Return the batch's name: the same files and the same clock give the same name."""
    plan = [
        (task.file.source_file, task.file.size_bytes, task.file.modified_ns, task.scanned)
        for task in segments
    ]
    return hashlib.sha256(msgspec.json.encode((clock, plan))).hexdigest()[:32]
