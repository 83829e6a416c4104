"""`lineage audit keys` and `rotate`, and what is said of the key that a proof is checked with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import format_option, key_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.trail.examination import Reign


@click.command()
@workspace_option
@key_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write the proof of each rotation to.",
)
@format_option
def keys(root: Path, key: str | None, output: Path | None, fmt: Format) -> None:
    """List the log's keys; -o writes the proof of each rotation, for `verify.py rotation`."""
    from lineage_pipeline import auditing
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.evidence.rotations import require_first, rotation_proofs
    from lineage_pipeline.evidence.trail import log_of
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    pinned = auditing.pinned_key(paths, key)
    if key is not None:
        require_first(log_of(paths), pinned)
    _, order = auditing.open_trail(paths, pinned)
    proofs = dict(rotation_proofs(paths, order))
    states = [*("signs no more" for _ in order[1:]), "signs"]
    rows = [
        (reign.size, state, reign.key.encoded)
        for reign, state in zip(order, states, strict=True)
    ]  # fmt: skip
    show(Answer(("from_entry", "state", "verifier_key"), rows), fmt)
    if output is None:
        return
    output.mkdir(parents=True, exist_ok=True)
    for (name, proof), old in zip(proofs.items(), order, strict=False):
        (output / name).write_bytes(proof)
        click.echo(
            f"written: {output / name}, to be checked with: verify.py rotation {old.key.encoded}",
            err=True,
        )
    if not proofs:
        click.echo("note: the log has had one key; there is no rotation to prove", err=True)


@click.command()
@workspace_option
def rotate(root: Path) -> None:
    """Give the log a new key, and print it; the old one signs nothing more."""
    from lineage_pipeline.evidence.rotations import rotate_key
    from lineage_pipeline.paths import workspace_paths

    done = rotate_key(workspace_paths(root), os.environ)
    click.echo(done.new.encoded)
    if done.was_begun:
        click.echo("note: a rotation that had died is finished; no other was made", err=True)
    click.echo(
        f"{done.file}: the new key, above\n"
        f"{done.retired}: the old key, {done.old.encoded}, which signs nothing more; destroy it\n"
        f"next: `lineage audit keys -o FOLDER` writes what leads verifiers to it from the first\n"
        f"next: `lineage audit anchor`, or keep what `lineage audit checkpoint` prints elsewhere",
        err=True,
    )


def tell_key(order: Sequence[Reign], command: str) -> None:
    """Say on stderr which key a proof is checked with, and how the first key leads to it."""
    newest = order[-1].key.encoded
    click.echo(f"check it with: verify.py {command} {newest}", err=True)
    if len(order) > 1:
        count = len(order) - 1
        click.echo(
            f"note: the log's first key, {order[0].key.encoded}, signs no more; "
            f"{count} rotation{'' if count == 1 else 's'} lead{'s' if count == 1 else ''} from it "
            f"to this one: `lineage audit keys -o FOLDER`, then `verify.py rotation` with each",
            err=True,
        )
