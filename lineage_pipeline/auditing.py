"""What auditors ask of the log of a workspace: is all as it was sealed, and what proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.errors import ConfigError, IntegrityError, NoteError
from lineage_pipeline.evidence import verification
from lineage_pipeline.evidence.finding import Finding
from lineage_pipeline.evidence.ledger import ledger_of
from lineage_pipeline.evidence.trail import log_of, published_key
from lineage_pipeline.settings.lineage_toml import read_settings
from lineage_pipeline.trail.checkpoints import open_checkpoint
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import reigns
from lineage_pipeline.trail.merkle import check_consistency
from lineage_pipeline.trail.notes import verifier_key
from lineage_pipeline.trail.proofs import growth_proof
from lineage_pipeline.trail.reader import LogReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.evidence.verification import Verification
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.anchors.anchor import AnchorRow
    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.examination import Reign
    from lineage_pipeline.trail.notes import VerifierKey


def pinned_key(paths: WorkspacePaths, encoded: str | None) -> VerifierKey:
    """Return the key that a log is checked with: the one given, else what the workspace says.

    Raises:
        ConfigError: it is no verifier key.
        IntegrityError: none is given, and there is no log.
    """
    if encoded:
        return verifier_key(encoded.strip())
    try:
        found = published_key(paths)
    except ConfigError as error:
        raise IntegrityError(
            f"{paths.trail}: the key that it names is none ({error}); give the one that you were "
            f"handed with --key"
        ) from error
    if found is None:
        raise IntegrityError(
            f"{paths.trail}: there is no log, or its key is gone: nothing here can be verified. "
            f"`lineage run` begins a log; give its key with --key if you were handed one"
        )
    return found


def open_trail(paths: WorkspacePaths, pinned: VerifierKey) -> tuple[LogReader, list[Reign]]:
    """Return a reader of the log as of its newest checkpoint, and the keys that it has had.

    Raises:
        IntegrityError: the checkpoint is missing or none, or its key is not one of the log's.
    """
    log = log_of(paths)
    order = reigns(Disk(paths.trail), log, pinned)
    open_checkpoint(log.checkpoint.data, [order[-1].key])
    return log, order


def consistency(
    paths: WorkspacePaths, pinned: VerifierKey, old: bytes, new: bytes | None = None
) -> bytes:
    """Return the proof that the log of one checkpoint goes on from that of another.

    Args:
        paths: the workspace.
        pinned: the log's first key.
        old: a checkpoint.
        new: a later one; the newest if left out.

    Raises:
        IntegrityError: one is not signed by a key of the log, or they are of logs that differ.
    """
    log, order = open_trail(paths, pinned)
    earlier = _kept(old, order)
    later = log.checkpoint if new is None else _kept(new, order)
    if later.tree != log.tree_at(later.tree.size):
        raise IntegrityError(
            f"the checkpoint of {later.tree.size} entries is of another log than this"
        )
    log_then = LogReader(Disk(paths.trail), later)
    check_consistency(earlier.tree, later.tree, log_then.consistency(earlier.tree.size))
    return growth_proof(log_then, earlier.tree.size)


def verify(
    paths: WorkspacePaths,
    pinned: VerifierKey,
    kept: bytes | None = None,
    *,
    is_deep: bool = False,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Return in what a workspace is not what its log says: `evidence.verification.verify`.

    Args:
        paths: the workspace.
        pinned: the log's first key.
        kept: a checkpoint that was kept elsewhere.
        is_deep: compare every row, too.
        on_bytes: told the bytes that were read since the last call.

    Raises:
        IntegrityError: what was kept is no checkpoint that a key of the log has signed.
    """
    checkpoint = None
    if kept is not None:
        try:
            order = open_trail(paths, pinned)[1]
        except IntegrityError:
            order = []
        checkpoint = _kept(kept, order, pinned)
    done = verification.verify(paths, pinned, checkpoint, is_deep=is_deep, on_bytes=on_bytes)
    if done.is_unfinished:
        problem = "a run died before all was sealed; `lineage run` finishes it"
        done.findings.append(Finding("trail/pending", problem))
    return done


def compare_anchors(paths: WorkspacePaths, pinned: VerifierKey) -> list[AnchorRow]:
    """Return how each checkpoint that an anchor of the settings holds compares with the log.

    Raises:
        ConfigError: the settings are wrong.
    """
    if not paths.settings.exists():
        return []
    anchors = read_settings(paths.settings).trail.anchor
    if not anchors:
        return []
    from lineage_pipeline.trail.anchors.everywhere import Trail, compare_everywhere

    return compare_everywhere(Trail(paths.trail, pinned, paths.root), anchors)


def sealed_bytes(paths: WorkspacePaths) -> int:
    """Return how many bytes a verification will read; 0 if the log cannot be read."""
    try:
        ledger = ledger_of(log_of(paths).entries())
    except IntegrityError:
        return 0
    return sum(expected.file_bytes for expected in ledger.files.values())


def _kept(data: bytes, order: list[Reign], pinned: VerifierKey | None = None) -> Checkpoint:
    keys = [reign.key for reign in order] or ([pinned] if pinned else [])
    try:
        return open_checkpoint(data, keys)
    except NoteError as error:
        raise IntegrityError(f"the checkpoint that was kept: {error}") from error
