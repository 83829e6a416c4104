"""`lineage diff`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option
from lineage_pipeline.cli.sections import Section

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.warehouse.query import Answer

_BOTH: Final = {"before": "before", "after": "after"}
SECTIONS: Final = (
    Section("nodes", ("node",), {"change": "change", "node_id": "node_id", "before": "before"}),
    Section(
        "edges",
        ("edge",),
        {"change": "change", "source": "source_node_id", "target": "node_id", "job": "job_node_id"}
        | _BOTH,
    ),
    Section(
        "columns",
        ("column",),
        {
            "change": "change",
            "source": "source_node_id",
            "source field": "source_field",
            "target": "node_id",
            "field": "field",
        }
        | _BOTH,
    ),
    Section(
        "fields", ("field",), {"change": "change", "node_id": "node_id", "field": "field"} | _BOTH
    ),
    Section("versions read", ("version",), {"change": "change", "node_id": "node_id"} | _BOTH),
    Section("runs", ("run",), {"change": "change", "job": "node_id"} | _BOTH),
)
TITLES: Final = {section.kinds[0]: section.title for section in SECTIONS}


@click.command()
@click.argument("node")
@click.argument("version", required=False)
@workspace_option
@click.option("--from", "from_at", type=Instant(), help="What was true then [what is true now].")
@click.option("--to", "to_at", type=Instant(), help="Against what was true then [now].")
@click.option("--as-of", type=Instant(), help="Both as it was true then [what is true now].")
@click.option("--known-at", type=Instant(), help="Both as we had been told then [all].")
@click.option("--from-known", type=Instant(), help="The first as we had been told then [all].")
@click.option("--to-known", type=Instant(), help="The second as we had been told then [all].")
@click.option("--depth", "max_depth", type=click.IntRange(min=0), help="How many steps at most.")
@click.option("--all", "is_all", is_flag=True, help="Tables tell what is unknown, too.")
@format_option
def diff(
    node: str,
    version: str | None,
    root: Path,
    *,
    max_depth: int | None,
    is_all: bool,
    fmt: Format,
    **times: Any,
) -> None:
    """What changed upstream of NODE between two times, or between two model versions.

    With VERSION, what stands behind it is compared with what stands behind NODE, each as it was
    written.
    """
    from lineage_pipeline.cli.rows import put, show, terminal_width
    from lineage_pipeline.cli.sections import section_text
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.questions.changes import Moment, remarks, rows, version_diff
    from lineage_pipeline.questions.changes import diff as diff_of
    from lineage_pipeline.warehouse.query import open_warehouse

    _check(version, times)
    with open_warehouse(workspace_paths(root)) as warehouse:
        if version is not None:
            question, last_known = version_diff(warehouse, node, version, max_depth), None
        else:
            as_of, known_at = times["as_of"], times["known_at"]
            before = Moment(as_of or times["from_at"], known_at or times["from_known"])
            after = Moment(as_of or times["to_at"], known_at or times["to_known"])
            question = diff_of(warehouse, node, before, after, max_depth)
            last_known = _later(before.known_at, after.known_at)
        answer = rows(warehouse, question)
        if fmt == "table":
            put(section_text(answer if is_all else _certain(answer), SECTIONS, terminal_width()))
            for line in summary(answer, is_all=is_all):
                click.echo(line, err=True)
        else:
            show(answer, fmt)
        for remark in remarks(warehouse, question, answer):
            click.echo(f"note: {remark}", err=True)
        click.echo(warehouse.coverage_note(last_known), err=True)


def summary(answer: Answer, *, is_all: bool) -> list[str]:
    """Return how many rows of which subject changed how, in one line or two."""
    counts = Counter((row[0], row[1]) for row in answer.rows)
    told = [
        f"{title}: "
        + ", ".join(
            f"{count} {change}" for (one, change), count in sorted(counts.items()) if one == subject
        )
        for subject, title in TITLES.items()
        if any(one == subject for one, _ in counts)
    ]
    lines = ["; ".join(told) or "nothing changed"]
    if not is_all and any(change == "unknown" for _, change in counts):
        lines.append(
            "note: unknown is what one side was never told of, so that it may be new or not; "
            "--all shows it"
        )
    return lines


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the later of two known times; None is now."""
    return None if one is None or other is None else max(one, other)


def _certain(answer: Answer) -> Answer:
    return answer._replace(rows=[row for row in answer.rows if row[1] != "unknown"])


def _check(version: str | None, times: dict[str, Any]) -> None:
    given = {name for name, value in times.items() if value}
    if version is not None and given:
        raise click.UsageError(
            "two versions are compared as they were written; leave --from, --to and --known-at out"
        )
    if version is None and not given - {"as_of", "known_at"}:
        raise click.UsageError(
            "say between what: --from and --to, --from-known and --to-known, or a second version"
        )
    for both, one, other in (
        ("as_of", "from_at", "to_at"),
        ("known_at", "from_known", "to_known"),
    ):
        if both in given and given & {one, other}:
            option = both.replace("_", "-")
            raise click.UsageError(f"--{option} is for both sides; give it or one for each side")
