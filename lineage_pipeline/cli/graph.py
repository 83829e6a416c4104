"""`lineage upstream`, `downstream` and `node`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer, Warehouse


def _closure_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("node"),
        workspace_option,
        click.option("--depth", type=click.IntRange(min=0), help="How many steps at most."),
        click.option("--as-of", type=Instant(), help="What was true then [what is true now]."),
        click.option("--known-at", type=Instant(), help="What we had been told then [all]."),
        click.option("--field", help="Follow this field of the node, not the whole node."),
        click.option(
            "--direct",
            is_flag=True,
            help="Of a field: only where its values go, not what it steers.",
        ),
        click.option("--jobs", is_flag=True, help="The jobs that move the data, not the data."),
        format_option,
    ):
        command = option(command)
    return command


@click.command()
@_closure_options
def upstream(node: str, root: Path, **options: Any) -> None:
    """Where the data of NODE comes from, the node itself at depth 0."""
    _closure("upstream", node, root, **options)


@click.command()
@_closure_options
def downstream(node: str, root: Path, **options: Any) -> None:
    """Where the data of NODE goes to, the node itself at depth 0."""
    _closure("downstream", node, root, **options)


@click.command()
@click.argument("pattern")
@workspace_option
@format_option
def node(pattern: str, root: Path, fmt: Format) -> None:
    """Nodes whose identifier or alias contains PATTERN; % and _ match as in LIKE."""
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(WorkspacePaths(root.resolve())) as warehouse:
        show(warehouse.ask("node", pattern=pattern), fmt)


def _closure(
    direction: str,
    node: str,
    root: Path,
    *,
    depth: int | None,
    as_of: datetime | None,
    known_at: datetime | None,
    field: str | None,
    direct: bool,
    jobs: bool,
    fmt: Format,
) -> None:
    from lineage_pipeline.cli.rows import NODE_PARTS, show
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import open_warehouse

    if jobs and field is not None:
        raise click.UsageError("--jobs and --field: a field's way is told without jobs; leave one")
    with open_warehouse(WorkspacePaths(root.resolve())) as warehouse:
        warehouse.require_node(node)
        options: dict[str, Any] = {
            "node": node,
            "max_depth": depth,
            "as_of": as_of,
            "known_at": known_at,
        }
        if field is not None:
            warehouse.require_field(node, field)
            answer = warehouse.ask(
                f"column_{direction}", field=field, include_indirect=not direct, **options
            )
        else:
            answer = warehouse.ask(f"{direction}_jobs" if jobs else direction, **options)
        if _is_cut_short(answer, depth):
            answer = _walked(warehouse, direction, field, is_direct=direct, is_jobs=jobs, **options)
        show(answer, fmt, hidden=NODE_PARTS)
        click.echo(warehouse.coverage_note(), err=True)


def _is_cut_short(answer: Answer, depth: int | None) -> bool:
    """Tell whether SQL stopped to walk before the depth that was asked for."""
    places = {column: place for place, column in enumerate(answer.columns)}
    reached = max((row[places["depth"]] for row in answer.rows), default=0)
    return any(row[places["is_cut"]] for row in answer.rows) and (depth is None or reached < depth)


def _walked(
    warehouse: Warehouse,
    direction: str,
    field: str | None,
    *,
    node: str,
    max_depth: int | None,
    as_of: datetime | None,
    known_at: datetime | None,
    is_direct: bool,
    is_jobs: bool,
) -> Answer:
    """Return the same answer from the graph in memory, which walks as deep as it goes."""
    from lineage_pipeline.graph.columns import open_column_graph
    from lineage_pipeline.graph.graph import open_graph
    from lineage_pipeline.warehouse.query import Answer

    if field is not None:
        columns = open_column_graph(warehouse, as_of, known_at)
        ask = columns.upstream if direction == "upstream" else columns.downstream
        frame = ask(node, field, max_depth, include_indirect=not is_direct)
    else:
        graph = open_graph(warehouse, as_of, known_at)
        frame = getattr(graph, f"{direction}_jobs" if is_jobs else direction)(node, max_depth)
    return Answer(tuple(frame.columns), frame.rows())
