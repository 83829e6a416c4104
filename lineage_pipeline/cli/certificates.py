"""`lineage retention certificate` and `verify`: what was deleted, and what proves that."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, key_option, workspace_option

if TYPE_CHECKING:
    from lineage_pipeline.cli.options import Format

NOT_CLAIMED = (
    "it says that the object is gone by its name; of the media that held it, it says nothing"
)

SAID: Final = {
    "gone": "seen to be gone",
    "partly gone": "seen to be gone as far as it says; what stays is named in it",
    "not seen": "said to be gone, which nobody here has seen",
}


@click.command()
@click.argument("asked", metavar="[OBJECT|DIGEST]", required=False)
@workspace_option
@key_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False),
    help="Write them here, each with its signature and its proof.",
)  # fmt: skip
@format_option
def certificate(
    asked: str | None, root: Path, key: str | None, out: Path | None, fmt: Format
) -> None:
    """List the certificates of deletions; print the one of DIGEST, or write them to a folder."""
    from lineage_pipeline import auditing
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.disposal.certificates import certificates, hand_out
    from lineage_pipeline.errors import ConfigError
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import open_warehouse

    paths = workspace_paths(root)
    with open_warehouse(paths) as warehouse:
        listed, handed = certificates(warehouse, asked)
    if asked and not handed:
        raise ConfigError(f"{asked}: no certificate is of that object, or begins so")
    if out:
        log, order = auditing.open_trail(paths, auditing.pinned_key(paths, key))
        keys = [reign.key for reign in order]
        for one in handed:
            click.echo(hand_out(paths, log, keys, one, out))
        click.echo(f"check the proofs with: verify.py row {keys[-1].encoded}", err=True)
    elif asked and len(handed) == 1:
        sys.stdout.buffer.write(handed[0].certificate + b"\n")
        sys.stdout.buffer.flush()
    else:
        show(listed, fmt)
    click.echo(f"note: {NOT_CLAIMED}", err=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@workspace_option
@key_option
def verify(file: Path, root: Path, key: str | None) -> None:
    """Check the certificate FILE, as `certificate --out` wrote it; exit 3 if it does not hold."""
    from lineage_pipeline import auditing
    from lineage_pipeline.cli.rows import printable
    from lineage_pipeline.disposal.certificates import checked
    from lineage_pipeline.paths import workspace_paths

    paths = workspace_paths(root)
    _, order = auditing.open_trail(paths, auditing.pinned_key(paths, key))
    found = checked(file, [reign.key for reign in order])
    click.echo(f"{printable(found.subject.object_id)}: {SAID[found.verification.result]}")
    click.echo("its bytes, the log's signature and the proof hold", err=True)
    click.echo(f"note: {NOT_CLAIMED}", err=True)
