"""`lineage unmatched`, `stale`, `hierarchy`, `run-upstream` and `version-upstream`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.listing import clock_options, list_rows
from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Command, Format


def _behind_options(command: Command) -> Command:
    """Add how far back, and by what was known, of runs behind a run."""
    depth = click.option(
        "--depth", "max_depth", type=click.IntRange(min=0), help="How many steps at most."
    )
    known_at = click.option(
        "--known-at", type=Instant(), help="Which reads we had been told of then [all]."
    )
    return depth(known_at(command))


@click.command()
@workspace_option
@clock_options
@format_option
def unmatched(
    root: Path, *, as_of: datetime | None, known_at: datetime | None, fmt: Format
) -> None:
    """Runs that started and of whose end nothing was told.

    Later runs of the same job that have ended make it likely that the run died, or that its last
    event was lost.
    """
    from lineage_pipeline.questions.runs import unmatched_starts

    list_rows(
        root, fmt, lambda warehouse: unmatched_starts(warehouse, as_of, known_at), known_at=known_at
    )


@click.command()
@workspace_option
@click.option("--as-of", type=Instant(), help="Silent by then [by the latest end of any run].")
@click.option("--known-at", type=Instant(), help="What we had been told then [all].")
@click.option(
    "--factor",
    type=click.FloatRange(min=0, min_open=True),
    default=3,
    show_default=True,
    help="How many times the usual gap is too long.",
)
@click.option(
    "--min-runs",
    type=click.IntRange(min=2),
    default=4,
    show_default=True,
    help="How many completed runs that wrote make a job regular.",
)
@format_option
def stale(
    root: Path,
    *,
    as_of: datetime | None,
    known_at: datetime | None,
    factor: float,
    min_runs: int,
    fmt: Format,
) -> None:
    """Jobs that wrote regularly and then were silent for too long."""
    from lineage_pipeline.questions.runs import stale_producers

    list_rows(
        root,
        fmt,
        lambda warehouse: stale_producers(
            warehouse, as_of, known_at, factor=factor, min_runs=min_runs
        ),
        known_at=known_at,
    )


@click.command()
@click.argument("node", metavar="run:ID|job:NODE")
@workspace_option
@clock_options
@format_option
def hierarchy(
    node: str, root: Path, *, as_of: datetime | None, known_at: datetime | None, fmt: Format
) -> None:
    """Who started a run or a job's runs, and whom they started.

    Level 0 is what was asked for; above it levels are negative. To start is not to feed: no data
    need flow. A parent or root that told nothing itself stands where those place it that name it.
    """
    from lineage_pipeline.questions.runs import RUN, job_hierarchy, run_hierarchy

    asked = run_hierarchy if node.startswith(RUN) else job_hierarchy
    list_rows(
        root, fmt, lambda warehouse: asked(warehouse, node, as_of, known_at), known_at=known_at
    )


@click.command(name="run-upstream")
@click.argument("run")
@workspace_option
@_behind_options
@format_option
def run_upstream(
    run: str, root: Path, *, max_depth: int | None, known_at: datetime | None, fmt: Format
) -> None:
    """The exact runs behind RUN, an id or run:ID, with the versions that each read."""
    from lineage_pipeline.questions.runs import run_upstream as behind

    list_rows(
        root,
        fmt,
        lambda warehouse: behind(warehouse, run, max_depth, known_at),
        known_at=known_at,
    )


@click.command(name="version-upstream")
@click.argument("node")
@workspace_option
@click.option("--version", help="A version of the node, as its run stated it [all of them].")
@_behind_options
@format_option
def version_upstream(
    node: str,
    root: Path,
    *,
    version: str | None,
    max_depth: int | None,
    known_at: datetime | None,
    fmt: Format,
) -> None:
    """The exact runs behind NODE, a model version or a --version of a dataset."""
    from lineage_pipeline.questions.runs import version_upstream as behind

    list_rows(
        root,
        fmt,
        lambda warehouse: behind(warehouse, node, version, max_depth, known_at),
        known_at=known_at,
    )
