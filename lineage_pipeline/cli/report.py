"""What `lineage run` prints: what was read, what was rejected, what was found."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.rows import printable

if TYPE_CHECKING:
    from lineage_pipeline.bronze.ingest import Ingest
    from lineage_pipeline.pipeline import Run, Workspace

_KILO = 1000


def report(workspace: Workspace, done: Run) -> None:
    """Print the run on stdout, and what needs a person's eye on stderr."""
    for line in (*_read(done.ingest), *_found(workspace, done)):
        click.echo(line)
    for line in _scan_concerns(done.ingest):
        click.echo(printable(line), err=True)


def size(count: float) -> str:
    """Return a number of bytes as people read it, in powers of 1000."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < _KILO:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= _KILO
    return f"{count:.1f} TB"


def report_scan(done: Ingest, *, is_dry: bool) -> None:
    """Print a scan on its own: totals on stdout, with the reasons if nothing was kept."""
    for line in _read(done):
        click.echo(line)
    if is_dry:
        for code, count in done.rejected_by:
            click.echo(f"{'set aside':<13}{count} as {code}")
        click.echo(f"{'dry run':<13}nothing was written")
    for line in _scan_concerns(done):
        click.echo(printable(line), err=True)


def _read(done: Ingest) -> list[str]:
    segments = done.segments
    if not segments:
        return [f"{'read':<13}nothing new in {done.listed_count} files"]
    stored = {segment.source_file: segment.file_bytes for segment in segments}
    records = sum(segment.record_count for segment in segments)
    accepted = sum(segment.accepted_count for segment in segments)
    rejected = sum(segment.quarantined_count for segment in segments)
    redacted = sum(segment.redaction_count for segment in segments)
    lines = [
        (
            f"{'read':<13}{len(stored)} of {done.listed_count} files, "
            f"{size(sum(stored.values()))}: "
            f"{records} records = {accepted} accepted + {rejected} set aside"
        )
    ]
    if redacted:
        lines.append(f"{'redacted':<13}{redacted} secret value{'' if redacted == 1 else 's'}")
    return lines


def _found(workspace: Workspace, done: Run) -> list[str]:
    if done.publication is None:
        return [f"{'published':<13}{workspace.paths.warehouse.name} is current ({_seconds(done)})"]
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(workspace.paths) as warehouse:
        summary = warehouse.ask("summary").rows
        duplicates = warehouse.ask("duplicates", known_at=done.known_at).rows[0][0]
    lines = [f"{'known':<13}{duplicates} of the accepted were known before"] if duplicates else []
    for subject, rows in groupby(summary, key=lambda row: row[0]):
        parts = ", ".join(f"{count} {kind}" for _, kind, count in rows)
        lines.append(f"{subject:<13}{parts}")
    size_text = size(done.publication.warehouse_bytes)
    published = f"{workspace.paths.warehouse.name}, {size_text} ({_seconds(done)})"
    lines.append(f"{'published':<13}{published}")
    return lines


def _scan_concerns(done: Ingest) -> list[str]:
    lines = [
        f"note: {segment.source_file}: its last record, from byte {segment.end_offset} on, is "
        f"unfinished; it is left for the next scan"
        for segment in done.segments
        if segment.torn_bytes
    ]
    lines += [
        f"note: {segment.source_file}: it no longer begins as it did when last scanned; read anew"
        for segment in done.segments
        if segment.is_rewrite
    ]
    lines += [f"note: {name}: cannot be read: {why}" for name, why in done.unreadable]
    lines += [f"note: {skip.source_file}: not read: {skip.reason}" for skip in done.skipped]
    return lines


def _seconds(done: Run) -> str:
    return f"{done.duration_ms / _KILO:.1f} s"
