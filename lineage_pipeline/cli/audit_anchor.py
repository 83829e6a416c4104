"""`lineage audit anchor`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import format_option, key_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.trail.anchors.anchor import AnchorRow

DISAGREES: Final = 3
UNREACHABLE: Final = 1


@click.command()
@workspace_option
@key_option
@format_option
@click.pass_context
def anchor(ctx: click.Context, root: Path, *, key: str | None, fmt: Format) -> None:
    """Bring the newest checkpoint to every anchor of `lineage.toml`.

    Before, each anchor's own newest checkpoint is held against the log: what disagrees is told, and
    never replaced. Exit code 3 if one disagrees, else 1 if one cannot be reached.
    """
    from lineage_pipeline import auditing
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.settings.lineage_toml import read_settings
    from lineage_pipeline.trail.anchors.everywhere import Trail, anchor_everywhere
    from lineage_pipeline.warehouse.query import Answer

    paths = workspace_paths(root)
    anchors = read_settings(paths.settings).trail.anchor
    if not anchors:
        raise click.UsageError(
            f"{paths.settings}: names no anchor; write one, such as\n\n"
            '[[trail.anchor]]\nkind = "directory"\npath = "/mnt/other/lineage"'
        )
    trail = Trail(paths.trail, auditing.pinned_key(paths, key), paths.root)
    rows = anchor_everywhere(trail, anchors, datetime.now(UTC))
    show(Answer(("anchor", "size", "status", "detail"), rows), fmt)
    ctx.exit(exit_code(rows))


def exit_code(rows: Sequence[AnchorRow]) -> int:
    """Return 3 if an anchor disagrees, else 1 if one cannot be reached, else 0."""
    found = {row.status for row in rows}
    if "disagrees" in found:
        return DISAGREES
    return UNREACHABLE if "unreachable" in found else 0
