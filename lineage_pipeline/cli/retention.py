"""`lineage retention`: why an object stays or goes, and the holds that keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lineage_pipeline.cli.acting import act_command, done, require_counting, tell_lacking
from lineage_pipeline.cli.archive import archive, restore
from lineage_pipeline.cli.certificates import certificate, verify
from lineage_pipeline.cli.confirmations import asked, confirm
from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.cli.options import Format


@click.group()
def retention() -> None:
    """What must stay, what must go, and why."""


@retention.command()
@click.argument("object_id", metavar="OBJECT")
@workspace_option
@click.option("--as-of", type=Instant(), help="At this instant [now].")
@format_option
def why(object_id: str, root: Path, as_of: datetime | None, fmt: Format) -> None:
    """Why OBJECT stays or goes: what decides, in a sentence, and each rule that speaks of it."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import printable, show
    from lineage_pipeline.disposal.resolution import resolution_of
    from lineage_pipeline.governance.policy_act import is_told
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.warehouse.query import open_warehouse

    paths = workspace_paths(root)
    with open_warehouse(paths) as warehouse:
        found = resolution_of(warehouse, object_id, as_of or pipeline.system_clock())
    click.echo(printable(found.sentence), err=fmt != "table")
    show(found.rules, fmt)
    if not is_told(paths):
        click.echo("the policy was changed since; `lineage run` takes that in", err=True)


@retention.command()
@workspace_option
@click.option("--actor", required=True, envvar="LINEAGE_ACTOR", help="Who plans [$LINEAGE_ACTOR].")
@click.option("--clock", type=Instant(), help="The known time, if it is synthetic.")
@format_option
def plan(root: Path, actor: str, clock: datetime | None, fmt: Format) -> None:
    """Plan what is to go: each object whose time is over, and what blocks it; deletes nothing."""
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.disposal.planning import as_rows, make_plan
    from lineage_pipeline.release import acting

    said = acting.Statement("planned", {"actor": actor})
    when = acting.When(pipeline.system_clock, clock)
    planned = make_plan(pipeline.open_workspace(root), said, when)
    show(as_rows(planned.plan), fmt)
    due = planned.plan.due
    click.echo(
        f"plan {planned.digest}: {len(due)} to go, "
        f"{len(planned.plan.items) - len(due)} blocked"
        + ("" if planned.plan.is_whole else "; there are more, to be planned once these are gone"),
        err=True,
    )
    click.echo(f"kept: {planned.file}", err=True)


@retention.command("apply")
@click.argument("plan", metavar="DIGEST")
@workspace_option
@click.option(
    "--actor", required=True, envvar="LINEAGE_ACTOR", help="Who carries it out [$LINEAGE_ACTOR]."
)
@click.option("--execute", is_flag=True, help="Delete; without it nothing is.")
@click.option("--clock", type=Instant(), help="The known time, if it is synthetic.")
@format_option
def apply_(
    plan: str, root: Path, actor: str, clock: datetime | None, fmt: Format, *, execute: bool
) -> None:
    """Carry out the plan DIGEST, or say what that would do; 1 if something is left.

    Each object is judged anew right before it goes, and certified once it is gone.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.disposal.applying import apply_plan
    from lineage_pipeline.release import acting
    from lineage_pipeline.warehouse.query import Answer

    said = acting.Statement("disposed", {"actor": actor})
    when = acting.When(pipeline.system_clock, clock)
    done_ = apply_plan(pipeline.open_workspace(root), plan, said, when, execute=execute)
    columns = ("object_id", "became", "reason", "stored_bytes", "certificate_sha256")
    show(Answer(columns, [tuple(outcome) for outcome in done_.outcomes]), fmt)
    tell_lacking(done_.leave.lacking, is_executed=execute)
    if not execute:
        click.echo("nothing was deleted; --execute deletes", err=True)
    if any(outcome.became == "left" for outcome in done_.outcomes):
        raise SystemExit(1)


_act = act_command("SUBJECT")
_plan_act = act_command("DIGEST")


@_plan_act
def approve(**given: Any) -> None:
    """Approve the plan DIGEST; 1 if that does not count."""
    from lineage_pipeline.disposal.leave import approve_plan

    approved = done(approve_plan, "plan_approved", given, {})
    if not approved.objection:
        click.echo(f"plan {approved.digest}: approved")
    click.echo(f"kept: {approved.file}", err=True)
    require_counting([approved.objection] if approved.objection else [])


@_act
@click.option("--matter", help="The case that it is for.")
@click.option(
    "--reach", type=click.Choice(["object", "upstream", "downstream", "both"]), default="object",
    show_default=True, help="How far along the lineage.",
)  # fmt: skip
def hold(matter: str | None, reach: str, **given: Any) -> None:
    """Place a legal hold on SUBJECT: an object, subject:PSEUDONYM or case:NAME."""
    from lineage_pipeline.disposal import holding

    held = done(holding.place_hold, "hold_placed", given, {"matter": matter, "reach": reach})
    click.echo(f"{held.subject}: held, with {held.object_count} objects under this hold")
    click.echo(f"kept: {held.file}", err=True)


@_act
@click.option("--matter", help="The case whose hold ends.")
def release(matter: str | None, **given: Any) -> None:
    """Release the hold of a matter on SUBJECT; 1 if it stands all the same."""
    from lineage_pipeline.disposal import holding

    held = done(holding.release_hold, "hold_released", given, {"matter": matter})
    if not held.objections:
        click.echo(f"{held.subject}: released")
    click.echo(f"kept: {held.file}", err=True)
    require_counting(held.objections)


retention.add_command(archive)
retention.add_command(restore)
retention.add_command(approve)
retention.add_command(asked)
retention.add_command(certificate)
retention.add_command(confirm)
retention.add_command(hold)
retention.add_command(release)
retention.add_command(verify)
