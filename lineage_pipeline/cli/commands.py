"""Which commands there are, and where each is imported from when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(NamedTuple):
    """Where a command stands, and the line that `lineage --help` shows for it."""

    module: str
    name: str
    help: str


COMMANDS: Final[Mapping[str, Place]] = {
    "init": Place("workspace", "init", "Make a workspace."),
    "pull": Place("pull", "pull", "Fetch what registries list, into landing/."),
    "run": Place("workspace", "run", "Scan what is new, build, publish."),
    "scan": Place("workspace", "scan", "Scan files where they lie, without a publication."),
    "rebuild": Place("workspace", "rebuild", "Build the warehouse again from the lake."),
    "upstream": Place("graph", "upstream", "Where a node's data comes from."),
    "downstream": Place("graph", "downstream", "Where a node's data goes to."),
    "path": Place("path", "path", "The ways from one node to another."),
    "why": Place("why", "why", "Why a node or a field is classified, step by step."),
    "diff": Place("diff", "diff", "What changed between two times, or two model versions."),
    "impact": Place("impact", "impact", "What breaks if a node or a column changes."),
    "run-upstream": Place("runs", "run_upstream", "The exact runs behind a run."),
    "version-upstream": Place(
        "runs", "version_upstream", "The exact runs behind a version of a model or a dataset."
    ),
    "classified": Place("classified", "classified", "The fields and nodes that tags reach."),
    "hierarchy": Place("runs", "hierarchy", "Who started a run or a job, and whom it started."),
    "unmatched": Place("runs", "unmatched", "Runs of whose end nothing was told."),
    "stale": Place("runs", "stale", "Jobs that wrote regularly and fell silent."),
    "cycles": Place("shape", "cycles", "Nodes whose data comes back to them."),
    "orphans": Place("shape", "orphans", "Nodes that no edge touches."),
    "dead-ends": Place("shape", "dead_ends", "Datasets that jobs write and nothing reads."),
    "audit": Place("audit", "audit", "Verify what was sealed, prove from it, keep checkpoints."),
    "submit": Place("acts", "submit", "Submit a version for approval."),
    "approve": Place("acts", "approve", "Approve what is submitted, at one stage."),
    "reject": Place("acts", "reject", "Reject what is submitted, at one stage."),
    "withdraw": Place("acts", "withdraw", "Take back what one has said of a version."),
    "delegate": Place("acts", "delegate", "Hand a stage to another person for a while."),
    "meet": Place("acts", "meet", "Say that a condition of an approval is met."),
    "waive": Place("acts", "waive", "Waive one gate for a version, for a while."),
    "break-glass": Place("acts", "break_glass", "Let a version pass its gates in an emergency."),
    "retire": Place("acts", "retire", "Take a version out of service for good."),
    "gate": Place("gate", "gate", "Ask the gates about a version of a model."),
    "card": Place("card", "card", "The model card of a version: rendered, checked, exported."),
    "evidence": Place("evidence", "evidence", "All that is known of a version, in one file."),
    "retention": Place("retention", "retention", "What must stay, what must go, and why."),
    "compliance": Place("compliance", "compliance", "Whether controls hold, and what stands out."),
    "report": Place("estate", "report", "The whole estate on one page, to look at or to print."),
    "erase": Place("erase", "erase", "What is kept of a person: a plan, and the plan carried out."),
    "node": Place("graph", "node", "Search nodes by identifier or alias."),
    "sql": Place("query", "sql", "Read-only SQL on the warehouse."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *args: Any, commands_by_name: Mapping[str, Place], **kwargs: Any) -> None:
        """Know the commands of `commands_by_name` without importing them."""
        super().__init__(*args, **kwargs)
        self._places = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order in which people meet them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command, imported, or None if there is none of that name."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module = import_module(f"lineage_pipeline.cli.{place.module}")
        command: click.Command = getattr(module, place.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.help) for name, place in self._places.items()])
