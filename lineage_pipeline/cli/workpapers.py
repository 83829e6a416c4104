"""Working papers of `lineage compliance`: one document on stdout, or the whole set in a folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from lineage_pipeline.cli.options import Command
    from lineage_pipeline.compliance.assessment import Assessment
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.workpapers.dossier import Dossier

ROWS: Final = ("table", "json", "ndjson", "csv")
PAPERS: Final = ("oscal", "xlsx")
"""Formats that hold more than rows: assessment results, and the workbook."""


def paper_options(command: Command) -> Command:
    """Add `--format` and `-o`."""
    fmt = click.option(
        "--format",
        "fmt",
        type=click.Choice([*ROWS, *PAPERS]),
        help="How it is printed: rows, OSCAL assessment results, or a workbook  [default: table]",
    )
    output = click.option(
        "-o",
        "--output",
        metavar="FOLDER",
        type=click.Path(path_type=Path, file_okay=False),
        help="Write the whole set into this folder: OSCAL, workbook, summary, tables, digests.",
    )
    return fmt(output(command))


def hand_out(
    paths: WorkspacePaths,
    asked: dict[str, Any],
    fmt: str | None,
    output: Path | None,
    *,
    exceptions: bool,
) -> Assessment:
    """Print one document, or write the whole set and print its digests; return what it says.

    Raises:
        click.UsageError: options do not go together, or a terminal would be sent a workbook.
        ConfigError: nothing is published, no control is on, or the folder holds something else.
    """
    _check(fmt, output, exceptions=exceptions)
    from lineage_pipeline.workpapers.dossier import dossier

    found = dossier(paths, **asked)
    if output is not None:
        _write(found, output)
    elif fmt == "xlsx":
        from lineage_pipeline.workpapers.workbook.book import workbook

        _put_bytes(workbook(found))
    else:
        from lineage_pipeline.cli.rows import put
        from lineage_pipeline.workpapers.oscal.documents import as_bytes
        from lineage_pipeline.workpapers.oscal.results import results

        put(as_bytes(results(found)).decode())
    return found.assessment


def _check(fmt: str | None, output: Path | None, *, exceptions: bool) -> None:
    if exceptions:
        raise click.UsageError("working papers hold the exceptions as well; leave --exceptions out")
    if output is not None and fmt is not None:
        raise click.UsageError(f"-o writes every format into {output}; leave --format {fmt} out")
    if fmt == "xlsx" and output is None and _is_terminal():
        raise click.UsageError(
            "a workbook is no text, and stdout is a terminal; send it to a file, `> papers.xlsx`, "
            "or write the whole set with -o FOLDER"
        )


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _write(found: Dossier, output: Path) -> None:
    from lineage_pipeline.cli.rows import put
    from lineage_pipeline.workpapers.folder import MANIFEST, working_papers, write
    from lineage_pipeline.workpapers.oscal.elements import MILESTONES

    files = working_papers(found)
    write(output, files)
    put(files[MANIFEST].decode())
    click.echo(f"written: {output}, {len(files)} files", err=True)
    if f"oscal/{MILESTONES}" not in files:
        click.echo("note: nothing stands against any control: no plan of action", err=True)


def _put_bytes(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # As in `cli.rows.put`: nothing more may be written, not even at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
