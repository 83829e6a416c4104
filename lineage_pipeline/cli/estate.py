"""`lineage report`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lineage_pipeline.cli.options import workspace_option


@click.command()
@workspace_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to this file [standard output, unless that is a terminal].",
)
def report(root: Path, output: Path | None) -> None:
    """Print the whole estate as one page of HTML, to look at or to print.

    Of the published state, as of its known time: the same state gives the same bytes. It needs no
    network and no script. What it does not say stands at its end.
    """
    from lineage_pipeline.cli.rows import put
    from lineage_pipeline.estate.facts import read_estate
    from lineage_pipeline.estate.page import render_report
    from lineage_pipeline.paths import workspace_paths

    if output is None and sys.stdout.isatty():
        raise click.UsageError("a page is not for a terminal; name a file: -o report.html")
    estate = read_estate(workspace_paths(root))
    put(render_report(estate), output)
    known = estate.state.known_at
    told = f"{known:%Y-%m-%dT%H:%M:%SZ}" if known else "never: nothing has been published yet"
    click.echo(f"note: of the state known at {told}; what it rests on was not verified", err=True)
