"""`lineage evidence`: all that is known of one version in one file, made and verified."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import click

from lineage_pipeline.cli.options import key_option, workspace_option

MAKE: Final = "make"


class _MakingGroup(click.Group):
    """A group that makes a pack of whatever is no command: `lineage evidence MODEL@VERSION`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant, and its arguments."""
        if args and args[0] not in self.commands:
            args = [MAKE, *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_MakingGroup)
def evidence() -> None:
    """All that is known of one model version, in one file that stands alone.

    `lineage evidence MODEL@VERSION -o FILE.zip` makes it, of what is published.
    """


@evidence.command(MAKE)
@click.argument("version", metavar="MODEL@VERSION")
@workspace_option
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the pack.",
)  # fmt: skip
def make(version: str, root: Path, output: Path) -> None:
    """Make the evidence pack of a version; the same bytes for the same publication."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.report import size
    from lineage_pipeline.pack.making import make_pack

    if not output.parent.is_dir():
        raise click.UsageError(f"{output}: there is no folder {output.parent}")
    workspace = pipeline.open_workspace(root)
    name = workspace.settings.workspace.name
    made = make_pack(workspace.paths, name, os.environ, version, output)
    stated = made.manifest
    click.echo(f"written: {output}, {size(output.stat().st_size)}", err=True)
    click.echo(
        f"{len(stated.files)} files, {len(stated.proofs)} proofs that lead to a log of "
        f"{stated.log.size} entries; {len(stated.unproven)} acts without a proof",
        err=True,
    )
    click.echo(f"verify it with the log's first key: {made.first_key}", err=True)


@evidence.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@workspace_option
@key_option
def verify(file: Path, root: Path, key: str | None) -> None:
    """Verify that a pack is as it was signed and proven; exit 3 if it is not.

    With the key that --key names, else that of the workspace; never with one from the pack.
    """
    from lineage_pipeline.cli.rows import printable, put
    from lineage_pipeline.pack.verification import verify_pack

    verified = verify_pack(file, _key(root, key))
    stated = verified.manifest
    put(
        f"{printable(stated.version_node_id)}: {len(stated.files)} files as they were signed, "
        f"{len(stated.proofs)} proofs that lead to a log of {stated.log.size} entries\n"
    )
    click.echo(f"signed with {verified.key.encoded}", err=True)
    if key is None:
        click.echo(
            "note: checked with the key that the workspace itself names; compare it with the one "
            "that you were handed (--key)",
            err=True,
        )
    click.echo(
        "note: not detectable here: what was false when it was told, what was never told, and a "
        "log that others were not shown; hold trail/checkpoint against one that you kept",
        err=True,
    )


def _key(root: Path, key: str | None) -> Any:
    """Return the key that a pack is verified with.

    Raises:
        click.UsageError: none is given, and there is no workspace that has one.
    """
    from lineage_pipeline.evidence.trail import published_key
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.trail.notes import verifier_key

    if key is not None:
        return verifier_key(key.strip())
    found = published_key(workspace_paths(root))
    if found is None:
        raise click.UsageError(
            "give the log's first key with --key, as whoever runs the log has handed it to you; a "
            "key out of the pack would prove nothing"
        )
    return found
