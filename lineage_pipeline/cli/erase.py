"""`lineage erase`: what is kept of one person, a plan of what goes, and the plan carried out.

The person's identifiers come by standard input, one a line, and are never shown or kept.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from lineage_pipeline.cli.acting import act_command, done, require_counting, tell_lacking
from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.erasure.subject import Subject


@click.group(invoke_without_command=True)
@workspace_option
@click.option("--actor", envvar="LINEAGE_ACTOR", help="Who asks [$LINEAGE_ACTOR].")
@click.option(
    "--because", type=click.Choice(["request", "withdrawal"]), default="request",
    show_default=True, help="An erasure was asked for, or consent withdrawn.",
)  # fmt: skip
@click.option("--apply", "plan", metavar="DIGEST", help="What this plan would do.")
@click.option("--execute", is_flag=True, help="With --apply: erase; without it nothing is.")
@click.option("--clock", type=Instant(), help="The known time, if it is synthetic.")
@format_option
@click.pass_context
def erase(ctx: click.Context, /, **given: Any) -> None:
    """Plan the erasure of a person, or carry a plan out; identifiers by standard input.

    The plan says what goes from the workspace, what the law keeps, which models people decide
    about and where they serve, and whose datasets may hold the person's data. `lineage retention
    approve` approves it. 1 if something is left.
    """
    if ctx.invoked_subcommand is not None:
        return
    if not given["actor"]:
        raise click.UsageError("Missing option '--actor'.")
    if given["execute"] and given["plan"] is None:
        raise click.UsageError("--execute goes with --apply DIGEST.")
    if given["plan"] is None:
        _plan(given)
    else:
        _apply(given)


def _subject(root: Path) -> Subject:
    from lineage_pipeline.erasure.subject import read_subject
    from lineage_pipeline.paths import workspace_paths

    if sys.stdin.isatty():
        click.echo("the person's identifiers, one a line, then Ctrl-D:", err=True)
    return read_subject(sys.stdin.buffer, workspace_paths(root))


def _plan(given: dict[str, Any]) -> None:
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.erasure.plan import as_rows, make_plan
    from lineage_pipeline.release import acting

    workspace = pipeline.open_workspace(given["root"])
    said = acting.Statement("erasure_planned", {"actor": given["actor"]})
    when = acting.When(pipeline.system_clock, given["clock"])
    made = make_plan(workspace, _subject(given["root"]), given["because"], said, when)
    show(as_rows(made.plan), given["fmt"])
    click.echo(f"plan {made.digest} for erasure:{made.plan.erasure}", err=True)
    click.echo(f"kept: {made.file}", err=True)


def _apply(given: dict[str, Any]) -> None:
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.erasure.carrying import apply_plan
    from lineage_pipeline.erasure.search import Outcome
    from lineage_pipeline.release import acting
    from lineage_pipeline.warehouse.query import Answer

    workspace = pipeline.open_workspace(given["root"])
    said = acting.Statement("erased", {"actor": given["actor"]})
    when = acting.When(pipeline.system_clock, given["clock"])
    applied = apply_plan(
        workspace, _subject(given["root"]), given["plan"], said, when, execute=given["execute"]
    )
    show(Answer(Outcome._fields, [tuple(one) for one in applied.outcomes]), given["fmt"])
    tell_lacking(applied.leave.lacking, is_executed=given["execute"])
    if not given["execute"]:
        click.echo("nothing was erased; --execute erases", err=True)
    if applied.certificate_sha256:
        click.echo(f"certificate: {applied.certificate_sha256}", err=True)
    if any(outcome.became == "left" for outcome in applied.outcomes):
        raise SystemExit(1)


_act = act_command("OBJECT")


@_act
@click.option("--plan", required=True, help="The digest of the plan by which they were asked.")
def confirm(plan: str, **given: Any) -> None:
    """Say that a person's data are gone from OBJECT, a dataset of which that was asked."""
    from lineage_pipeline.erasure.confirming import confirm_erasure

    confirmed = done(confirm_erasure, "erasure_confirmed", given, {"plan_sha256": plan})
    if not confirmed.objection:
        click.echo(f"{confirmed.object_id}: confirmed")
    click.echo(f"kept: {confirmed.file}", err=True)
    require_counting([confirmed.objection] if confirmed.objection else [])


erase.add_command(confirm)
