"""`lineage why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format

HIDDEN = frozenset(
    {
        "category",
        "basis",
        "transformation_type",
        "transformation_subtype",
        "is_masking",
        "job_node_id",
        "valid_from_at",
    }
)
"""Columns that a table leaves out: `reason` says the same in words."""


@click.command()
@click.argument("node")
@workspace_option
@click.option("--field", help="A field of the node [the node as a whole].")
@click.option("--tag", help="Only tags of this key or category, such as pii or personal-data.")
@click.option("--as-of", type=Instant(), help="What was true then [what is true now].")
@click.option("--known-at", type=Instant(), help="What we had been told then [all].")
@click.option(
    "--indirect", "include_indirect", is_flag=True, help="Also by what only steers values."
)
@format_option
def why(
    node: str,
    root: Path,
    *,
    field: str | None,
    tag: str | None,
    as_of: datetime | None,
    known_at: datetime | None,
    include_indirect: bool,
    fmt: Format,
) -> None:
    """Why NODE, or its --field, is classified: each tag with its way from where it is declared."""
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.questions.parts import TagQuestion, classified_fields, tag_proof
    from lineage_pipeline.warehouse.query import Answer, open_warehouse

    with open_warehouse(workspace_paths(root)) as warehouse:
        asked = TagQuestion(node, field, tag, as_of, known_at, include_indirect=include_indirect)
        proof = tag_proof(warehouse, asked)
        rows = [tuple(row.values()) for row in proof.to_pylist()]
        answer = Answer(tuple(proof.column_names), rows)
        show(answer, fmt, hidden=HIDDEN)
        fields = classified_fields(warehouse, asked) if field is None else []
        if fields:
            click.echo(f"note: tags reach its fields {', '.join(fields)}; ask --field", err=True)
        elif not answer.rows:
            click.echo(
                "note: no tag that was declared leads there; that is no proof that there is "
                "nothing to declare",
                err=True,
            )
        for note in warehouse.untold_notes(node, known_at):
            click.echo(note, err=True)
        click.echo(warehouse.coverage_note(known_at), err=True)
