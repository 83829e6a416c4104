"""What people do about a version: `lineage submit`, `approve`, `reject`, `withdraw` and others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from lineage_pipeline.cli.acting import act_command, done, require_counting

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.release.acting import Done

CONDITION_PARTS = 4


_act = act_command("MODEL@VERSION")


@_act
def submit(**given: Any) -> None:
    """Submit a version for approval: freeze what is to be judged in one digest."""
    from lineage_pipeline.release import acting

    kept = done(acting.submit, "submitted", given, {})
    click.echo(f"submitted {kept.version.node_id}: {kept.file}", err=True)
    click.echo(kept.submission)


@_act
@click.option("--stage", required=True, help="The stage of approval.")
@click.option("--expires", metavar="DAY", help="The last day that the approval is good for.")
@click.option(
    "--condition", "conditions", multiple=True, metavar="ID|TEXT|OWNER|DAY",
    help="What must be done by when; the approval lapses if it is overdue.",
)  # fmt: skip
def approve(stage: str, expires: str | None, conditions: tuple[str, ...], **given: Any) -> None:
    """Approve what is submitted of a version, at one stage; 1 if the approval does not count."""
    said = {
        "stage": stage,
        "decision": "approved",
        "expires_on": expires,
        "conditions": [_condition(one) for one in conditions],
    }
    _tell(_judge("approved", given, said), f"approved at stage {stage}")


@_act
@click.option("--stage", required=True, help="The stage of approval.")
def reject(stage: str, **given: Any) -> None:
    """Reject what is submitted of a version, at one stage."""
    said = {"stage": stage, "decision": "rejected"}
    _tell(_judge("rejected", given, said), f"rejected at stage {stage}")


@_act
def withdraw(**given: Any) -> None:
    """Take back what the actor has said of a version: a submission, approvals, waivers."""
    _tell(_judge("withdrawn", given, {}), "withdrawn")


@_act
@click.option("--gate", "gate_name", required=True, help="Which gate need not hold.")
@click.option("--expires", required=True, metavar="DAY", help="The last day of the waiver.")
def waive(gate_name: str, expires: str, **given: Any) -> None:
    """Waive one gate for a version, for a while; never its registration."""
    said = {"gate": gate_name, "expires_on": expires}
    _tell(_judge("waived", given, said), f"waived gate {gate_name}")


@_act
@click.option(
    "--hours", type=click.IntRange(1, 8760), default=24, show_default=True, help="How long."
)
def break_glass(hours: int, **given: Any) -> None:
    """Let a version pass its gates in an emergency; others must review it afterwards."""
    if not given["ticket"]:
        raise click.UsageError("a break-glass needs --ticket")
    expires = given["clock"] or _now()
    said = {"expires_on": (expires + timedelta(hours=hours)).isoformat()}
    kept = _judge("break_glass", given, said)
    _tell(kept, "the glass is broken; it counts as non-compliant until another person reviews it")


@_act
@click.option("--stage", required=True, help="Which stage is handed over.")
@click.option("--to", "delegate", required=True, metavar="PERSON", help="To whom.")
@click.option("--expires", required=True, metavar="DAY", help="The last day of it.")
def delegate(stage: str, delegate: str, expires: str, **given: Any) -> None:
    """Hand a stage of a version to another person for a while."""
    said = {"stage": stage, "delegate": delegate, "expires_on": expires}
    _tell(_judge("delegated", given, said), f"stage {stage} is handed to {delegate}")


@_act
@click.option("--condition", required=True, metavar="ID", help="Which condition.")
def meet(condition: str, **given: Any) -> None:
    """Say that a condition of an approval is met."""
    _tell(_judge("condition_met", given, {"condition": condition}), f"condition {condition} is met")


@_act
@click.option(
    "--replacement", required=True, metavar="MODEL@VERSION|none", help="What takes its place."
)
def retire(replacement: str, **given: Any) -> None:
    """Take a version out of service for good; 1 if something live still depends on it."""
    from lineage_pipeline.release import retiring

    kept = done(retiring.retire, "retired", given, {"replacement": replacement})
    for use in kept.live:
        click.echo(f"{use.use}: {use.place}" + (f", last {use.last_at}" if use.last_at else ""))
    if kept.live:
        click.echo(f"{kept.version.node_id}: is not retired; this still depends on it", err=True)
        raise SystemExit(1)
    click.echo(f"{kept.version.node_id}: retired")
    click.echo(f"kept: {kept.file}", err=True)


def _now() -> datetime:
    from lineage_pipeline import pipeline

    return pipeline.system_clock()


def _condition(text: str) -> dict[str, str]:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) != CONDITION_PARTS or not all(parts):
        raise click.UsageError(f"--condition {text!r}: write it as ID|TEXT|OWNER|DAY")
    return dict(zip(("id", "text", "owner", "due_on"), parts, strict=True))


def _judge(name: str, given: dict[str, Any], said: dict[str, Any]) -> Done:
    from lineage_pipeline.release import acting

    return done(acting.act, name, given, said)


def _tell(kept: Done, what: str) -> None:
    """Say what was done; end with 1 if it is kept and does not count."""
    click.echo(f"{kept.version.node_id}: {what}")
    click.echo(f"kept: {kept.file}", err=True)
    require_counting(kept.objections)
