"""`lineage audit verify`, `checkpoint`, `consistency` and `prove`; others are added to them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.audit_anchor import anchor
from lineage_pipeline.cli.audit_keys import keys, rotate, tell_key
from lineage_pipeline.cli.options import format_option, key_option, workspace_option

if TYPE_CHECKING:
    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.evidence.finding import Finding

UNSEEN = (
    "not detectable here: a log that was set back to an older state together with its files, or "
    "written anew with its key, unless a checkpoint that was kept elsewhere is given (--kept); "
    "events that were false, or changed before they came"
)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def audit() -> None:
    """The log in which everything is sealed: verify it, prove from it, keep its checkpoints."""


for command in (anchor, keys, rotate):
    audit.add_command(command)


@audit.command()
@workspace_option
@key_option
@click.option("--deep", "is_deep", is_flag=True, help="Compare every row, too.")
@click.option("--kept", type=_FILE, help="A checkpoint of this log that was kept elsewhere.")
@format_option
def verify(root: Path, key: str | None, kept: Path | None, fmt: Format, *, is_deep: bool) -> int:
    """Compare the lake and the warehouse with what was sealed; exit 3 if they differ."""
    from lineage_pipeline import auditing
    from lineage_pipeline.cli.progress import bytes_bar
    from lineage_pipeline.cli.report import size
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.evidence.finding import Finding
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    pinned = auditing.pinned_key(paths, key)
    kept_bytes = kept.read_bytes() if kept else None
    with bytes_bar("verifying") as on_plan:
        on_bytes = on_plan(auditing.sealed_bytes(paths)) if on_plan else _untold
        done = auditing.verify(paths, pinned, kept_bytes, is_deep=is_deep, on_bytes=on_bytes)
    if is_deep and any(finding.file == paths.warehouse.name for finding in done.findings):
        done.findings.extend(_differing_tables(root))
    for row in auditing.compare_anchors(paths, pinned):
        if row.status == "disagrees":
            done.findings.append(Finding(row.anchor, row.detail))
        elif row.status == "unreachable":
            click.echo(f"note: {row.anchor} cannot be reached: {row.detail}", err=True)
    if done.findings or fmt != "table":
        show(Answer(Finding._fields, done.findings), fmt)
    rows = f", {done.row_count:,} rows" if is_deep else ""
    for remark in done.remarks:
        click.echo(f"note: {remark}", err=True)
    held = f"{done.entry_count:,} entries, {done.file_count:,} files, {size(done.file_bytes)}{rows}"
    click.echo(f"{held}: {'NOT ' if done.findings else ''}as they were sealed", err=True)
    if key is None:
        click.echo(
            f"note: checked with the key that the workspace itself names, {pinned.encoded}; "
            f"compare it with the one that you were handed (--key)",
            err=True,
        )
    click.echo(f"note: {UNSEEN}", err=True)
    return 3 if done.findings else 0


@audit.command()
@workspace_option
@key_option
def checkpoint(root: Path, key: str | None) -> None:
    """Print the newest checkpoint, to be kept where nobody here can change it."""
    from lineage_pipeline import auditing
    from lineage_pipeline.paths import workspace_paths

    paths = workspace_paths(root)
    pinned = auditing.pinned_key(paths, key)
    log, _ = auditing.open_trail(paths, pinned)
    _put(log.checkpoint.data)
    click.echo(f"{log.tree.size:,} entries; the key it is checked with: {pinned.encoded}", err=True)


@audit.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE, required=False)
@workspace_option
@key_option
def consistency(old: Path, new: Path | None, root: Path, key: str | None) -> None:
    """Print the proof that the log of checkpoint NEW, the newest if left out, goes on from OLD."""
    from lineage_pipeline import auditing
    from lineage_pipeline.paths import workspace_paths

    paths = workspace_paths(root)
    pinned = auditing.pinned_key(paths, key)
    proof = auditing.consistency(paths, pinned, old.read_bytes(), new.read_bytes() if new else None)
    _put(proof)


@audit.command()
@click.argument("event_id", metavar="EVENT")
@workspace_option
@key_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it."
)
def prove(event_id: str, root: Path, key: str | None, output: Path | None) -> None:
    """Print the proof that EVENT was sealed as it is; it stands alone, and verify.py checks it."""
    from lineage_pipeline import auditing
    from lineage_pipeline.evidence.proving import prove as proof_of
    from lineage_pipeline.paths import workspace_paths

    paths = workspace_paths(root)
    log, order = auditing.open_trail(paths, auditing.pinned_key(paths, key))
    proven = proof_of(paths, log, event_id.strip().lower())
    if output:
        output.write_bytes(proven.proof)
    else:
        _put(proven.proof)
    place = proven.place
    click.echo(
        f"row {place.row} of {place.stream} in batch {place.batch_id}, entry "
        f"{proven.entry_index} of {log.tree.size}",
        err=True,
    )
    tell_key(order, "row")
    if proven.occurrence_count > 1:
        click.echo(
            f"note: the event came {proven.occurrence_count} times; this is the first", err=True
        )


@audit.command()
def verifier() -> None:
    """Print the program that checks proofs and checkpoints without `lineage`."""
    from lineage_pipeline.trail.proofs import verifier_text

    _put(verifier_text().encode())


def _differing_tables(root: Path) -> list[Finding]:
    """Return the tables of a warehouse that was altered in which it differs from a rebuild."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.errors import LineageError
    from lineage_pipeline.evidence.finding import Finding
    from lineage_pipeline.paths import WAREHOUSE_FILE

    try:
        return [
            Finding(
                WAREHOUSE_FILE,
                f"{one.table}: {one.only_published} rows that a rebuild does not give, "
                f"{one.only_rebuilt} that only a rebuild gives",
            )
            for one in pipeline.check_warehouse(pipeline.open_workspace(root))
        ]
    except LineageError as error:
        return [Finding(WAREHOUSE_FILE, f"cannot be compared with a rebuild: {error}")]


def _untold(_: int) -> None:
    """Tell nobody."""


def _put(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
