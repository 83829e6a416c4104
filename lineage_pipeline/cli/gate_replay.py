"""`lineage gate replay`: which deployments a policy would have stopped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lineage_pipeline.cli.options import Instant, format_option, workspace_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lineage_pipeline.cli.options import Format
    from lineage_pipeline.release.replaying import Replayed
    from lineage_pipeline.warehouse.query import Answer

COLUMNS: Final = (
    "deployment", "environment", "version", "deployed_at", "verdict", "failing_gates",
    "recorded_decision", "deployed_by", "would_be", "reasons", "version_node_id", "sources",
    "recorded_decision_id", "policy_sha256",
)  # fmt: skip
HIDDEN: Final = COLUMNS[8:]
"""What a table leaves out."""
SAID: Final = (
    ("deploy", "may go"),
    ("break_glass", "may go by broken glass"),
    ("deny", "denied"),
    ("unknown", "stopped because evidence is missing"),
    ("unregistered", "of no registered version"),
)
"""Each verdict in the words of the summary."""


@click.command()
@workspace_option
@click.option("--from", "from_at", type=Instant(), help="Deployments from then on [all].")
@click.option("--to", "to_at", type=Instant(), help="Deployments before then [all].")
@click.option(
    "--env",
    "environment",
    help="Deployments there, and those of which no source names an environment of the policy.",
)
@click.option(
    "--policy",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The policy in this folder [that of the workspace, as it is now].",
)
@click.option(
    "--known-then",
    "is_known_then",
    is_flag=True,
    help="Judge by what had been told when each began, not by all that is known now.",
)
@click.option("--fail-on-deny", is_flag=True, help="End with 1 unless all may go.")
@format_option
def replay(
    root: Path,
    from_at: datetime | None,
    to_at: datetime | None,
    environment: str | None,
    folder: Path | None,
    *,
    is_known_then: bool,
    fail_on_deny: bool,
    fmt: Format,
) -> None:  # fmt: skip
    """Judge each deployment that was made as of the instant it began, by a policy.

    It reads the published warehouse. Nothing is recorded: what is printed is no decision.
    """
    from lineage_pipeline.cli.progress import steps_bar
    from lineage_pipeline.cli.rows import show
    from lineage_pipeline.paths import workspace_paths
    from lineage_pipeline.release import replaying

    paths = workspace_paths(root)
    period = replaying.Period(from_at, to_at, environment)
    with steps_bar("judging deployments") as on_plan:
        found = replaying.replay(
            paths, period, folder, is_known_then=is_known_then, on_plan=on_plan
        )
    show(rows(found), fmt, HIDDEN)
    click.echo(summary(found), err=True)
    raise SystemExit(1 if fail_on_deny and any(one.is_stopped for one in found) else 0)


def rows(found: Sequence[Replayed]) -> Answer:
    """Return a row for each deployment."""
    from lineage_pipeline.warehouse.query import Answer

    return Answer(COLUMNS, [_row(one) for one in found])


def summary(found: Sequence[Replayed]) -> str:
    """Return in a sentence what became of how many, and that nothing is recorded."""
    counts = Counter[str](one.verdict for one in found)
    told = ", ".join(f"{counts[verdict]} {words}" for verdict, words in SAID if counts[verdict])
    return f"replay: {told or 'no deployment began then'}; nothing is recorded"


def _row(one: Replayed) -> tuple[object, ...]:
    made, decision = one.deployed, one.decision
    name = "@".join(filter(None, (made.model, made.version)))
    blocking = decision.blocking if decision else ()
    return (
        made.node_id,
        made.environment,
        f"{decision.model}@{decision.version}" if decision else name or None,
        made.deployed_at,
        one.verdict,
        ", ".join(gate.gate for gate in blocking) if decision else "registered",
        made.recorded_verdict,
        made.deployed_by,
        decision.would_be if decision else None,
        [f"{gate.gate}: {gate.reason}" for gate in blocking]
        or ([] if decision else ["registered: no registry is known to hold what serves there"]),
        made.version_node_id,
        list(made.sources),
        made.recorded_decision,
        decision.policy_sha256 if decision else None,
    )
