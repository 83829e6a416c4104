"""A workspace compared with what its log says of it, file by file and row by row."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ProofError
from lineage_pipeline.evidence.erased import hashes_of
from lineage_pipeline.evidence.finding import Finding
from lineage_pipeline.evidence.intent import kept_ranges
from lineage_pipeline.evidence.ledger import task_of
from lineage_pipeline.evidence.order import CACHE
from lineage_pipeline.evidence.rows import (
    changes_in,
    differences,
    gathered,
    kept_seal,
    still_there,
)
from lineage_pipeline.lake.batches import visible_batches
from lineage_pipeline.lake.tables import LakeTable
from lineage_pipeline.schemas import COMPACTED, MANIFEST
from lineage_pipeline.trail.batch import Seal, seal_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from lineage_pipeline.evidence.ledger import Ledger, Sealed
    from lineage_pipeline.evidence.rows import Change, Group
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.disk import Disk

AT_ONCE: Final = 2
AT_WORK: Final = frozenset({
    "lake/.lock", "lake/.lock.disposal", "lake/.lock.hold", "lake/bronze/.writing",
    "lake/.rebuilding",
})  # fmt: skip
"""Files that say who is at work; they hold nothing."""
UNKNOWN: Final = (
    "is in no entry: it was not written by `lineage`, or before there was a log, or by a run that "
    "died or is at work; `lineage run` seals or removes what a run left"
)
_CHUNK: Final = 1 << 20


class Comparison:
    """A workspace and what its log says of it."""

    def __init__(self, paths: WorkspacePaths, disk: Disk, ledger: Ledger) -> None:
        """Compare the files below `paths`, those of the log by its `disk`, with `ledger`."""
        self._paths = paths
        self._disk = disk
        self._ledger = ledger
        self._sealed: dict[str, Sealed] = {}
        for sealed in (one for batch in ledger.batches for one in batch.files):
            self._sealed.setdefault(_stem(sealed.rows.file), sealed)
        self._anew = {_stem(path).rpartition("-")[0]: path for path in ledger.files}
        self._ranges = lru_cache(1)(lambda batch_id: kept_ranges(disk, batch_id))
        self.row_count = 0

    def of_files(self, on_bytes: Callable[[int], None]) -> Iterator[Finding]:
        """Yield files that are missing, altered, or in no entry."""
        expected, present = self._ledger.files, self._present()
        for path in sorted(expected.keys() - present - {CACHE}):
            one = expected[path]
            yield Finding(path, "is missing", one.batch_id, "", one.entry_index)
        both = sorted(expected.keys() & present)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            digests = pool.map(lambda path: _sha256(self._paths.root / path, on_bytes), both)
            for path, digest in zip(both, digests, strict=True):
                yield from self.of_file(path, digest)
        for path in sorted(present - expected.keys()):
            yield Finding(path, UNKNOWN)

    def of_file(self, path: str, digest: str | None) -> Iterator[Finding]:
        """Yield where a file that was sealed was altered: in which rows, if rows of it were.

        Args:
            path: the file.
            digest: the SHA-256 of its bytes now; None if it cannot be read.
        """
        if digest != self._ledger.files[path].sha256:
            yield from self._altered(path, is_readable=digest is not None)

    def of_rows(self, broken: set[str]) -> Iterator[Finding]:
        """Yield rows that are not what was sealed, in files that are as they should be."""
        compacted: dict[Group, Sealed] = {}
        for sealed in self._sealed.values():
            path = sealed.rows.file
            expected = self._ledger.files.get(path)
            if sealed.rows.stream == COMPACTED:
                compacted[sealed.rows.batch_id, task_of(path)] = sealed
            if expected is None:
                path = self._rewritten(sealed)
                expected = self._ledger.files.get(path)
            if expected is not None and path not in broken:
                self.row_count += sealed.rows.n_rows
                yield from _found(sealed, path, self._changes(path, sealed))
            elif expected is None and sealed.rows.stream != COMPACTED:
                yield _unfound(sealed, sealed.rows.file, "its rows are in no file")
        yield from self._of_compacted(compacted)

    def of_batches(self, broken: set[str]) -> Iterator[Finding]:
        """Yield batches whose rows count although no entry seals them, and sealed ones that do not.

        Which count is said by a table whose files are sealed as well: if some of them are `broken`,
        that is what is to be looked at.
        """
        if any(file.startswith(f"lake/bronze/{MANIFEST}/") for file in broken):
            return
        sealed = {one.batch.batch_id: one.entry_index for one in self._ledger.batches}
        try:
            manifests = LakeTable(self._paths.manifests).files()
            visible = {batch.batch_id for batch in visible_batches(manifests)}
        except Exception:  # noqa: BLE001 - altered bytes make a reader fail in any way that it can
            yield Finding(f"lake/bronze/{MANIFEST}", "can no longer be read as the table it was")
            return
        for batch_id in sorted(visible - sealed.keys()):
            what = "its rows count, and no entry seals it"
            yield Finding(f"lake/bronze/{MANIFEST}", what, batch_id)
        for batch_id in sorted(sealed.keys() - visible):
            what = "was sealed, and its rows do not count any more"
            yield Finding(f"lake/bronze/{MANIFEST}", what, batch_id, "", sealed[batch_id])

    def _of_compacted(self, sealed_by: dict[Group, Sealed]) -> Iterator[Finding]:
        """Yield rows that compacted files hold otherwise than they were sealed, or not at all."""
        seen = set()
        folder = f"lake/bronze/{COMPACTED}"
        try:
            erased = {group: self._erased(sealed) for group, sealed in sealed_by.items()}
            some = {group: hashes for group, hashes in erased.items() if hashes}
            for group, found, undead in gathered(self._paths, some):
                seen.add(group)
                sealed = sealed_by.get(group)
                if sealed is None:
                    yield Finding(folder, "holds compacted rows of a batch that no entry seals",
                                  group[0])  # fmt: skip
                else:
                    self.row_count += found.row_count
                    changes = [*differences(found, self._kept(sealed)), *still_there(undead)]
                    yield from _found(sealed, folder, changes)
        except Exception:  # noqa: BLE001 - altered bytes make a reader fail in any way that it can
            yield Finding(folder, "its compacted files can no longer be read as rows")
            return
        for group, sealed in sealed_by.items():
            path = self._rewritten(sealed)
            if group not in seen and not {path, sealed.rows.file} & self._ledger.files.keys():
                if self._is_gone(sealed):
                    continue
                yield _unfound(sealed, folder, "its rows are in no compacted file")

    def _altered(self, path: str, *, is_readable: bool) -> Iterator[Finding]:
        """Yield where a file was altered: in which of its rows, if rows of it were sealed."""
        expected = self._ledger.files[path]
        stem = _stem(path)
        sealed = self._sealed.get(stem) or self._sealed.get(stem.rpartition("-")[0])
        changes: list[Change] = []
        if sealed is not None and is_readable:
            changes = self._changes(path, sealed)
            yield from _found(sealed, path, changes)
        if not changes:
            what = "was altered since it was sealed" if is_readable else "cannot be read"
            only = ", but its rows are those that were sealed" if sealed and is_readable else ""
            yield Finding(path, what + only, expected.batch_id, "", expected.entry_index)

    def _changes(self, path: str, sealed: Sealed) -> list[Change]:
        return changes_in(self._paths.root / path, self._kept(sealed), self._erased(sealed))

    def _erased(self, sealed: Sealed) -> dict[int, bytes]:
        """Return the hashes of the rows of a file that were erased; none if they are gone."""
        if self._ledger.expired_of(sealed):
            return {}  # what is left was sealed anew
        try:
            return hashes_of(self._disk, self._ledger.tombstones_of(sealed))
        except ProofError:
            return {}

    def _is_gone(self, sealed: Sealed) -> bool:
        """Return whether entries say that no row of a file is left, and which there were."""
        kept, erased = self._kept(sealed), self._erased(sealed)
        if len(erased) != kept.row_count or not erased:
            return not kept.row_count
        return seal_hashes([], erased).root == kept.root

    def _rewritten(self, sealed: Sealed) -> str:
        """Return the file that the rows of another are in since some of them were erased."""
        return self._anew.get(_stem(sealed.rows.file), "")

    def _kept(self, sealed: Sealed) -> Seal:
        expired = self._ledger.expired_of(sealed)
        if not expired:
            return kept_seal(sealed, self._ranges(sealed.rows.batch_id))
        left = expired[-1]
        return Seal(sealed.rows.leaf_profile, left.n_rows, bytes.fromhex(left.row_root), b"")

    def _present(self) -> set[str]:
        """Return the files that a log has to speak of: those of the lake, and the warehouse."""
        files = [file for file in self._paths.lake.rglob("*") if not file.is_dir()]
        warehouse = self._paths.warehouse
        # DuckDB reads what stands in a `.wal` as if it stood in the warehouse.
        beside = [warehouse, warehouse.with_name(f"{warehouse.name}.wal")]
        files += [file for file in beside if file.exists()]
        return {file.relative_to(self._paths.root).as_posix() for file in files} - AT_WORK


def _stem(path: str) -> str:
    return path.removesuffix(".parquet")


def _found(sealed: Sealed, path: str, changes: Iterable[Change]) -> Iterator[Finding]:
    for rows, problem in changes:
        yield Finding(path, problem, sealed.rows.batch_id, rows, sealed.entry_index)


def _unfound(sealed: Sealed, path: str, problem: str) -> Finding:
    rows = f"0 to {sealed.rows.n_rows - 1}"
    return Finding(path, problem, sealed.rows.batch_id, rows, sealed.entry_index)


def _sha256(file: Path, on_bytes: Callable[[int], None]) -> str | None:
    """Return the digest of a file's bytes; None if it cannot be read, or is no file."""
    digest = hashlib.sha256()
    if not file.is_file():  # a pipe would never end
        return None
    try:
        with file.open("rb", buffering=0) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
                on_bytes(len(chunk))
    except OSError:
        return None
    return digest.hexdigest()
