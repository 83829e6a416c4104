"""`lineage sql`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from lineage_pipeline.cli.options import format_option, key_option, workspace_option
from lineage_pipeline.cli.parameters import Bound

if TYPE_CHECKING:
    from lineage_pipeline.asking.kept import Told
    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.sandbox.messages import Limits


PLAN: Final = ("explain_key", "explain_value")
"""The columns in which DuckDB draws a plan, over many lines."""
SECONDS: Final = 300.0
MEMORY_MB: Final = 2048
ROWS: Final = 10_000_000


def _text_of(query: str | None) -> str:
    """Return the query, from standard input if none is given."""
    if query is None and sys.stdin.isatty():
        raise click.UsageError("give a query, or send one on standard input")
    try:
        text = sys.stdin.read() if query is None else query
        # Bytes that are no text may come as halves of characters, which nothing can keep.
        text.encode()
    except UnicodeError as error:
        raise click.UsageError(
            "the query is not UTF-8: it holds bytes that stand for no character"
        ) from error
    return text


@click.command()
@click.argument("query", required=False)
@workspace_option
@click.option(
    "--param",
    "given",
    type=Bound(),
    multiple=True,
    metavar="NAME=VALUE",
    help="Bind $NAME in the query; a text that looks like a number is written '\"3\"'.",
)
@click.option("--actor", envvar="LINEAGE_ACTOR", help="Who asks [$LINEAGE_ACTOR, or the login].")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    help="How long it may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=64),
    default=MEMORY_MB,
    show_default=True,
    metavar="MB",
    help="How much memory it may take.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=ROWS,
    show_default=True,
    help="How many rows it may have.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.zip",
    help="Keep the answer as evidence, too.",
)
@click.option(
    "--reperform",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.zip",
    help="Ask again what is kept there, and compare.",
)
@key_option
@format_option
def sql(
    query: str | None,
    root: Path,
    given: tuple[tuple[str, Any], ...],
    *,
    actor: str | None,
    seconds: float,
    memory: int,
    rows: int,
    save: Path | None,
    reperform: Path | None,
    key: str | None,
    fmt: Format,
) -> int:
    """Run QUERY, or what stands on standard input, on the warehouse, read-only.

    It is asked in a process that can do nothing else, and kept in the log before: who asks, text,
    parameters, and the checkpoint that it saw.
    """
    from lineage_pipeline.asking.kept import ask_kept, login_name
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.pipeline import system_clock
    from lineage_pipeline.sandbox.inquiry import LIMITS

    limits = _limits(LIMITS, seconds, memory, rows)
    paths = workspace_paths(root)
    actor = actor or login_name()
    if reperform is not None:
        if query is not None or given or save is not None:
            raise click.UsageError("--reperform takes query and parameters from the file")
        return _reperform(reperform, paths, actor, limits, key, fmt)
    text = _text_of(query)
    if save is not None and save.exists():
        raise click.UsageError(f"--save {save}: is there already, and is not written over")
    if len({name for name, _ in given}) != len(given):
        raise click.UsageError("--param: one name is given twice")
    told = ask_kept(paths, text, dict(given), actor=actor, clock=system_clock, limits=limits)
    if told.kept is None:
        click.echo(f"note: there is no log in {paths.trail}: the query is kept nowhere", err=True)
    if save is not None:
        from lineage_pipeline.asking.saving import save as save_answer

        save_answer(paths, told, save)
        click.echo(f"written: {save}", err=True)
    _show(told, fmt)
    return 0


def _show(told: Told, fmt: Format) -> None:
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.sandbox.answers import python_rows
    from lineage_pipeline.warehouse.query import Answer

    answer = Answer(told.found.told.columns, python_rows(told.found))
    if fmt == "table" and answer.columns == PLAN:
        click.echo("\n".join(plan for _, plan in answer.rows))
    else:
        show(answer, fmt)


def _limits(usual: Limits, seconds: float, memory: int, rows: int) -> Limits:
    from msgspec.structs import replace

    return replace(usual, seconds=seconds, memory_bytes=memory * 1_000_000, rows=rows)


def _reperform(  # noqa: PLR0917 - what it takes to ask
    file: Path, paths: WorkspacePaths, actor: str, limits: Limits, key: str | None, fmt: Format
) -> int:
    """Print what was checked of evidence; return 3 where it is broken, 1 where it differs."""
    from lineage_pipeline.asking.reperforming import reperform
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.pipeline import system_clock
    from lineage_pipeline.warehouse.query import Answer

    checks = reperform(paths, file, actor=actor, clock=system_clock, key=key, limits=limits)
    show(Answer(("check", "holds", "told"), [check[:3] for check in checks]), fmt)
    if any(check.is_integrity and not check.holds for check in checks):
        return 3
    return 0 if all(check.holds for check in checks) else 1
