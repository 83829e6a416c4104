"""`lineage card`: what evidence and people say of a version, rendered, checked, exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lineage_pipeline.cli.listing import clock_options
from lineage_pipeline.cli.options import format_option, workspace_option
from lineage_pipeline.cli.sections import Section

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.cli.options import Command, Format
    from lineage_pipeline.warehouse.query import Answer

RENDERINGS: Final = ("markdown", "html")
EXPORTS: Final = ("json", "yaml", "cyclonedx", "sagemaker", "annex-iv")
COLUMNS: Final = (
    "kind", "place", "is_required", "status", "sentence", "remedy", "stated", "stated_source",
    "observed", "observed_source",
)  # fmt: skip
SECTIONS: Final = (
    Section(
        "sections",
        ("section",),
        {"section": "place", "required": "is_required", "status": "status", "reason": "sentence"}
        | {"remedy": "remedy"},
    ),
    Section(
        "findings",
        ("finding",),
        {"finding": "status", "place": "place", "stated": "stated", "source": "stated_source"}
        | {"observed": "observed", "evidence": "observed_source", "remedy": "remedy"},
    ),
)


@click.group()
def card() -> None:
    """Model cards, filled from evidence and checked against it; nothing is changed.

    Of the published warehouse, by the policy as it is now.
    """


def _of_version(command: Command) -> Command:
    """Add what says of which version, and when."""
    return click.argument("version", metavar="MODEL@VERSION")(
        workspace_option(clock_options(command))
    )


def _to_file(command: Command) -> Command:
    return click.option(
        "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
        help="Write it to this file.",
    )(command)  # fmt: skip


@card.command()
@_of_version
@click.option(
    "--format", "fmt", type=click.Choice(RENDERINGS),
    help="For which reader [as the file's ending says, or markdown].",
)  # fmt: skip
@_to_file
def render(version: str, root: Path, fmt: str | None, output: Path | None, **times: Any) -> None:
    """Print the card of a version for people to read."""
    from lineage_pipeline.cards.formats import render_card

    is_page = output is not None and output.suffix in {".html", ".htm"}
    form = fmt or ("html" if is_page else "markdown")
    _put(_card(version, root, **times), output, lambda checked: render_card(checked, form))


@card.command()
@_of_version
@click.option("--format", "fmt", type=click.Choice(EXPORTS), required=True, help="Which form.")
@_to_file
def export(version: str, root: Path, fmt: str, output: Path | None, **times: Any) -> None:
    """Print the card of a version for another system to read.

    Of json the SHA-256 of what is printed is the digest of the card.
    """
    from lineage_pipeline.cards.formats import export_card

    _put(_card(version, root, **times), output, lambda checked: export_card(checked, fmt))


@card.command()
@_of_version
@format_option
def check(version: str, root: Path, *, fmt: Format, **times: Any) -> None:
    """Check the card of a version: what of it is complete, and what evidence says otherwise.

    0: it is complete and borne out. 1: it is contradicted, incomplete or stale.
    """
    from lineage_pipeline.cli.rows import put, show, terminal_width
    from lineage_pipeline.cli.sections import section_text

    checked, coverage = _card(version, root, **times)
    answer = rows(checked)
    if fmt == "table":
        put(section_text(answer, SECTIONS, terminal_width()))
        for finding in checked.findings:
            click.echo(f"{finding.kind}: {finding.sentence}", err=True)
    else:
        show(answer, fmt)
    which = checked.card.overview
    click.echo(f"{which.name}@{which.version}: the card is {checked.state}", err=True)
    click.echo(coverage, err=True)
    raise SystemExit(0 if checked.state == "complete" else 1)


def rows(checked: CheckedCard) -> Answer:
    """Return a row for each section of a card, then one for each finding."""
    from lineage_pipeline.warehouse.query import Answer

    sections = [
        ("section", row.section, row.is_required, row.status, row.reason, row.remedy or None)
        for row in checked.rows
    ]
    findings = [
        (
            "finding", one.field, None, one.kind, one.sentence, one.remedy, one.stated,
            one.stated_source, one.observed, one.observed_source,
        )
        for one in checked.findings
    ]  # fmt: skip
    missing = (None,) * 4
    return Answer(COLUMNS, [*((*row, *missing) for row in sections), *findings])


def _put(
    found: tuple[CheckedCard, str], output: Path | None, text_of: Callable[[CheckedCard], str]
) -> None:
    from lineage_pipeline.cli.rows import put

    checked, coverage = found
    put(text_of(checked), output)
    if checked.state != "complete":
        click.echo(f"note: the card is {checked.state}; `lineage card check` says why", err=True)
    click.echo(coverage, err=True)


def _card(
    version: str, root: Path, *, as_of: datetime | None, known_at: datetime | None
) -> tuple[CheckedCard, str]:
    """Return the checked card of a version, and what answers rest on."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.governance.card import card_at
    from lineage_pipeline.paths import workspace_paths

    paths = workspace_paths(root)
    with pipeline.open_warehouse(paths) as warehouse:
        at = as_of or pipeline.system_clock()
        return card_at(warehouse, paths, version, at, known_at), warehouse.coverage_note(known_at)
