"""`lineage orphans`, `dead-ends` and `cycles`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.listing import clock_options, list_rows
from lineage_pipeline.cli.options import format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import polars as pl

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.graph.graph import Graph


@click.command()
@workspace_option
@clock_options
@format_option
def orphans(root: Path, *, as_of: datetime | None, known_at: datetime | None, fmt: Format) -> None:
    """Nodes that no edge touches: neither made of anything nor used by anything.

    With --as-of a node counts before its first event, too: it had no edge yet.
    """
    from lineage_pipeline.graph.shape import orphans as found

    _list(root, as_of, known_at, fmt, found)


@click.command(name="dead-ends")
@workspace_option
@clock_options
@format_option
def dead_ends(
    root: Path, *, as_of: datetime | None, known_at: datetime | None, fmt: Format
) -> None:
    """Datasets that jobs write and nothing reads.

    By edges: what only a job that writes nothing reads is a dead end, too. Models and deployments
    are where lineage is meant to end.
    """
    from lineage_pipeline.graph.shape import dead_ends as found

    _list(root, as_of, known_at, fmt, found)


@click.command()
@workspace_option
@clock_options
@format_option
def cycles(root: Path, *, as_of: datetime | None, known_at: datetime | None, fmt: Format) -> None:
    """Nodes whose data comes back to them; those that reach each other share a cycle."""
    from lineage_pipeline.graph.shape import cycles as found

    _list(root, as_of, known_at, fmt, found)


def _list(
    root: Path,
    as_of: datetime | None,
    known_at: datetime | None,
    fmt: Format,
    shape: Callable[[Graph], pl.DataFrame],
) -> None:
    from lineage_pipeline.cli.rows import NODE_PARTS
    from lineage_pipeline.graph.graph import open_graph

    list_rows(
        root,
        fmt,
        lambda warehouse: shape(open_graph(warehouse, as_of, known_at)),
        known_at=known_at,
        hidden=NODE_PARTS,
    )
