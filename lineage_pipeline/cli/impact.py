"""`lineage impact`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option
from lineage_pipeline.cli.sections import Section

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer

_REACHED: Final = {
    "node_id": "node_id",
    "effect": "effect",
    "is_masked": "is_masked",
    "depth": "depth",
}
_OWNED: Final = {"owners": "owners"}
SECTIONS: Final = (
    Section("columns", ("column",), {"node_id": "node_id", "field": "field"} | _REACHED),
    Section("datasets", ("dataset",), _REACHED | {"stage": "stage"} | _OWNED),
    Section("jobs", ("job",), _REACHED | _OWNED),
    Section("models", ("model", "modelVersion"), _REACHED | {"serves": "deployments"} | _OWNED),
    Section("deployments", ("deployment",), _REACHED | _OWNED),
)


@click.command()
@click.argument("node")
@workspace_option
@click.option("--field", help="Only this field of the node changes.")
@click.option("--depth", "max_depth", type=click.IntRange(min=0), help="How many steps at most.")
@click.option("--as-of", type=Instant(), help="What was true then [what is true now].")
@click.option("--known-at", type=Instant(), help="What we had been told then [all].")
@format_option
def impact(
    node: str,
    root: Path,
    *,
    field: str | None,
    max_depth: int | None,
    as_of: datetime | None,
    known_at: datetime | None,
    fmt: Format,
) -> None:
    """What breaks where NODE, or its field, is changed or deleted, and who answers for it.

    direct: values are made of it. indirect: it steers, as joins and filters do. possible: nothing
    says which columns or inputs are used.
    """
    from lineage_pipeline.cli.rows import put, show, terminal_width
    from lineage_pipeline.cli.sections import section_text
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.questions.changes import Moment, remarks, rows
    from lineage_pipeline.questions.changes import impact as impact_of
    from lineage_pipeline.warehouse.query import open_warehouse

    with open_warehouse(workspace_paths(root)) as warehouse:
        question = impact_of(warehouse, node, field, Moment(as_of, known_at), max_depth)
        answer = rows(warehouse, question)
        if fmt == "table":
            put(section_text(answer, SECTIONS, terminal_width()))
            click.echo(summary(answer), err=True)
        else:
            show(answer, fmt)
        for remark in remarks(warehouse, question, answer):
            click.echo(f"note: {remark}", err=True)
        for note in warehouse.untold_notes(node, known_at):
            click.echo(note, err=True)
        click.echo(warehouse.coverage_note(known_at), err=True)


def summary(answer: Answer) -> str:
    """Return how many of each kind are reached, and how: one line."""
    place = answer.columns.index("effect")
    counts = Counter((row[0], row[place]) for row in answer.rows)
    told = []
    for section in SECTIONS:
        effects = [
            f"{count} {effect}"
            for effect in ("direct", "indirect", "possible")
            if (count := sum(counts[kind, effect] for kind in section.kinds))
        ]
        if effects:
            told.append(f"{section.title}: {', '.join(effects)}")
    return "; ".join(told) or "nothing that lineage tells of depends on it"
