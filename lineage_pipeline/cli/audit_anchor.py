"""`lineage audit anchor`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.trail.anchors.anchor import AnchorRow
    from lineage_pipeline.trail.notes import VerifierKey

LOG: Final = "trail"
KEY_FILE: Final = "trail.key"
DISAGREES: Final = 3
UNREACHABLE: Final = 1


@click.command()
@workspace_option
@click.option(
    "--key",
    "pinned",
    metavar="NAME+ID+KEY",
    help="The log's first verifier key, as auditors hold it [what the log says of itself].",
)
@format_option
@click.pass_context
def anchor(ctx: click.Context, root: Path, *, pinned: str | None, fmt: Format) -> None:
    """Bring the newest checkpoint to every anchor of `lineage.toml`.

    Before, each anchor's own newest checkpoint is held against the log: what disagrees is told, and
    never replaced. Exit code 3 if one disagrees, else 1 if one cannot be reached.
    """
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.settings import read_settings
    from lineage_pipeline.trail.anchors.everywhere import Trail, anchor_everywhere
    from lineage_pipeline.trail.notes import verifier_key
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    anchors = read_settings(paths.settings).trail.anchor
    if not anchors:
        raise click.UsageError(
            f"{paths.settings}: names no anchor; write one, such as\n\n"
            '[[trail.anchor]]\nkind = "directory"\npath = "/mnt/other/lineage"'
        )
    log = paths.root / LOG
    key = verifier_key(pinned) if pinned else _own_first_key(log, paths.root / KEY_FILE)
    rows = anchor_everywhere(Trail(log, key, paths.root), anchors, datetime.now(UTC))
    show(Answer(("anchor", "size", "status", "detail"), rows), fmt)
    ctx.exit(exit_code(rows))


def exit_code(rows: Sequence[AnchorRow]) -> int:
    """Return 3 if an anchor disagrees, else 1 if one cannot be reached, else 0."""
    found = {row.status for row in rows}
    if "disagrees" in found:
        return DISAGREES
    return UNREACHABLE if "unreachable" in found else 0


def _own_first_key(log: Path, file: Path) -> VerifierKey:
    """Return the log's first key, by the key that signs for it here and what it says of itself."""
    from lineage_pipeline.errors import ConfigError
    from lineage_pipeline.trail.anchors.at_hand import first_key
    from lineage_pipeline.trail.keys import signer_for
    from lineage_pipeline.trail.reader import signed_by

    signer = signed_by(log)
    if signer is None:
        raise ConfigError(f"{log}: there is no checkpoint yet; `lineage run` seals what it scans")
    name = signer.rpartition("+")[0]
    return first_key(log, signer_for(name, file, os.environ, signer).key)
