"""A workspace compared with its log: each file, and with `deep` each row.

What cannot be found here: a log that was set back to an older state of itself together with all
files, or that was written anew with its key. A checkpoint that was kept elsewhere shows both. That
an event was true, and that it arrived as it was sent, no log can show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.evidence import beside_log
from lineage_pipeline.evidence.comparison import Comparison
from lineage_pipeline.evidence.finding import Finding
from lineage_pipeline.evidence.intent import FOLDER as PENDING
from lineage_pipeline.evidence.ledger import ledger_of
from lineage_pipeline.evidence.order import disorder
from lineage_pipeline.evidence.trail import log_of
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lineage_pipeline.evidence.ledger import Ledger
    from lineage_pipeline.evidence.order import Disorder
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.trail.checkpoints import Checkpoint
    from lineage_pipeline.trail.notes import VerifierKey


class Verification(NamedTuple):
    """What a verification found.

    Attributes:
        findings: what is not as it was sealed; nothing if all is.
        entry_count: the entries of the log.
        file_count: files that were compared.
        file_bytes: their bytes.
        row_count: rows that were compared one by one.
        is_unfinished: a writer died, and what it wrote is not sealed yet.
        remarks: what is no finding and worth knowing: what no entry speaks of yet, and what runs
            have found altered and dealt with.
    """

    findings: list[Finding]
    entry_count: int
    file_count: int
    file_bytes: int
    row_count: int
    is_unfinished: bool
    remarks: tuple[str, ...] = ()


def verify(
    paths: WorkspacePaths,
    pinned: VerifierKey,
    kept: Checkpoint | None = None,
    *,
    is_deep: bool = False,
    on_bytes: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Return in what a workspace is not what its log says.

    Args:
        paths: the workspace.
        pinned: the log's first key, best from somewhere else than the workspace.
        kept: a checkpoint of the log that was kept elsewhere, its signature checked.
        is_deep: compare every row with its seal, too.
        on_bytes: told the bytes that were read since the last call.
    """
    findings = [Finding(f"trail/{path}", what) for path, what in examine(paths.trail, pinned, kept)]
    try:
        log = log_of(paths)
        ledger = ledger_of(log.entries())
    except IntegrityError as error:
        if not findings:
            findings.append(Finding("trail", str(error)))
        return Verification(findings, 0, 0, 0, 0, is_unfinished=False)
    disk = Disk(paths.trail)
    workspace = Comparison(paths, disk, ledger)
    findings += (_out_of_order(one) for one in disorder(log.entries()))
    findings += beside_log.of_key(disk, pinned)
    findings += workspace.of_files(on_bytes)
    findings += workspace.of_batches({finding.file for finding in findings})
    unread = [*beside_log.of_notes(paths)]
    findings += unread
    findings += beside_log.of_ranges(paths, disk, ledger)
    findings += beside_log.of_received(paths, ledger)
    findings += beside_log.of_queries(paths, disk, ledger)
    findings += beside_log.of_erased(disk, ledger)
    if is_deep:
        findings += workspace.of_rows({finding.file for finding in findings})
    file_bytes = sum(expected.file_bytes for expected in ledger.files.values())
    return Verification(
        findings, log.tree.size, len(ledger.files), file_bytes, workspace.row_count,
        bool(disk.names(PENDING)) and not unread, tuple(_remarks(paths, ledger)),
    )  # fmt: skip


def _out_of_order(found: Disorder) -> Finding:
    return Finding(found.file, found.problem, found.batch_id, "", found.entry)


def _remarks(paths: WorkspacePaths, ledger: Ledger) -> Iterator[str]:
    for index, altered in ledger.altered:
        what = "altered" if altered.sha256 else "missing"
        yield f"{altered.file}: found {what} by a run (entry {index}), and {altered.treatment}"
    for index in ledger.unknown:
        yield f"entry {index}: of a kind that this release does not know, and does not judge"
    yield from beside_log.not_received(paths, ledger)
