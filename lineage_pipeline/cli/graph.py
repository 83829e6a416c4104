"""`lineage upstream`, `downstream` and `node`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from lineage_pipeline.cli.graph_format import (
    GRAPHS,
    chosen_format,
    graph_format_options,
    graph_text,
)
from lineage_pipeline.cli.listing import list_rows
from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer


ALONE: Final = "no edge of this job leads there; lineage.run_io has what its runs read and wrote"


def _closure_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("node"),
        workspace_option,
        click.option(
            "--depth", "max_depth", type=click.IntRange(min=0), help="How many steps at most."
        ),
        click.option("--as-of", type=Instant(), help="What was true then [what is true now]."),
        click.option("--known-at", type=Instant(), help="What we had been told then [all]."),
        click.option("--field", help="Follow this field of the node, not the whole node."),
        click.option(
            "--direct",
            "is_direct",
            is_flag=True,
            help="Of a field: only where its values go, not what it steers.",
        ),
        click.option("--jobs", is_flag=True, help="The jobs that move the data, not the data."),
        graph_format_options,
    ):
        command = option(command)
    return command


@click.command()
@_closure_options
def upstream(node: str, root: Path, **options: Any) -> None:
    """Where the data of NODE comes from, the node itself at depth 0; of a job, what it reads."""
    _closure("upstream", node, root, **options)


@click.command()
@_closure_options
def downstream(node: str, root: Path, **options: Any) -> None:
    """Where the data of NODE goes to, the node itself at depth 0; of a job, what it writes."""
    _closure("downstream", node, root, **options)


@click.command()
@click.argument("pattern")
@workspace_option
@click.option("--known-at", type=Instant(), help="What we had been told then [all].")
@format_option
def node(pattern: str, root: Path, *, known_at: datetime | None, fmt: Format) -> None:
    """Nodes whose identifier or alias contains PATTERN; % and _ match as in LIKE.

    When they were first and last seen is told of today alone, not with --known-at.
    """
    list_rows(
        root,
        fmt,
        lambda warehouse: warehouse.table("node", pattern=pattern, known_at=known_at),
        known_at=known_at,
    )


def _closure(
    direction: str,
    node: str,
    root: Path,
    *,
    fmt: str | None,
    output: Path | None,
    jobs: bool,
    **options: Any,
) -> None:
    from lineage_pipeline.cli.rows import NODE_PARTS, as_text, put, show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.questions.parts import Closure, reached
    from lineage_pipeline.warehouse.query import open_warehouse

    chosen = chosen_format(fmt, output)
    if jobs and options["field"] is not None:
        raise click.UsageError("--jobs and --field: a field's way is told without jobs; leave one")
    if jobs and chosen in GRAPHS:
        raise click.UsageError(f"--jobs and --format {chosen}: jobs come as rows; leave one out")
    with open_warehouse(workspace_paths(root)) as warehouse:
        asked = Closure(direction, node, is_of_jobs=jobs, **options)
        if chosen in GRAPHS:
            put(graph_text(warehouse, asked, chosen), output)
        else:
            answer = reached(warehouse, asked)
            if output is not None:
                put(as_text(answer, chosen, NODE_PARTS), output)
            else:
                show(answer, chosen, NODE_PARTS)
            if node.startswith("job:") and not jobs and _is_alone(answer):
                click.echo(f"note: {ALONE}", err=True)
        for note in warehouse.untold_notes(node, options["known_at"]):
            click.echo(note, err=True)
        click.echo(warehouse.coverage_note(options["known_at"]), err=True)


def _is_alone(answer: Answer) -> bool:
    """Tell whether a closure holds what was asked for and nothing else, however far it goes."""
    return len(answer.rows) == 1 and not answer.rows[0][answer.columns.index("is_cut")]
