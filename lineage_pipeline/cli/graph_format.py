"""In which formats a closure is printed, and where to: `--format` and `-o`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.questions.parts import Closure
    from lineage_pipeline.warehouse.query import Warehouse

ROWS: Final = ("table", "json", "ndjson", "csv")
GRAPHS: Final = ("svg", "html", "graphml", "dot", "mermaid", "node-link", "openlineage")
_BY_ENDING: Final = {
    ".txt": "table",
    ".json": "json",
    ".csv": "csv",
    ".svg": "svg",
    ".html": "html",
    ".graphml": "graphml",
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
    ".ndjson": "openlineage",
    ".jsonl": "openlineage",
}


def graph_format_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--format` and `-o`, of commands whose answer is a part of the graph."""
    fmt = click.option(
        "--format",
        "fmt",
        type=click.Choice([*ROWS, *GRAPHS]),
        help="Rows (table, json, ndjson, csv) or the graph itself [the file's ending, or table].",
    )
    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write into this file, not to standard output.",
    )
    return fmt(output(command))


def chosen_format(fmt: str | None, output: Path | None) -> str:
    """Return the format that was asked for, or that the file's name says.

    Raises:
        click.UsageError: the file's name says none.
    """
    if fmt or output is None:
        return fmt or "table"
    if found := _BY_ENDING.get(output.suffix.lower()):
        return found
    raise click.UsageError(
        f"{output}: its ending names no format; add --format, one of {', '.join((*ROWS, *GRAPHS))}"
    )


def graph_text(warehouse: Warehouse, asked: Closure, fmt: str) -> str:
    """Return the part of the graph that the closure reaches, in one of `GRAPHS`."""
    from dataclasses import replace

    from lineage_pipeline.exports.formats import EXPORTS
    from lineage_pipeline.questions.parts import field_subgraph, subgraph

    # Events name datasets and say inside of them which field goes into which.
    is_of_fields = asked.field is not None and fmt != "openlineage"
    found = (field_subgraph if is_of_fields else subgraph)(warehouse, asked)
    return EXPORTS[fmt](replace(found, note=warehouse.coverage_note(asked.known_at)))
