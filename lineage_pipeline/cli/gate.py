"""`lineage gate`: whether a version may be deployed, and what a deployer checks by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lineage_pipeline.cli.commands import LazyGroup, Place
from lineage_pipeline.cli.options import Instant, workspace_option

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.checking import Checked

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")
GATES = {
    "check": Place("gate", "check", "Whether a version may be deployed."),
    "verify": Place("gate_verify", "verify", "Whether a deploy token lets an artifact go."),
    "replay": Place("gate_replay", "replay", "Which deployments a policy would have stopped."),
}

gate = LazyGroup("gate", commands_by_name=GATES, help="Ask the gates about a version of a model.")


@click.command()
@click.argument("version", metavar="MODEL@VERSION")
@click.option("--env", "environment", required=True, help="Where it is to be deployed.")
@workspace_option
@click.option(
    "--format", "fmt", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How the decision is printed.",
)  # fmt: skip
@click.option(
    "-o", "--output", "files", type=click.Path(path_type=Path, dir_okay=False), multiple=True,
    help="Write the decision to this file as well, in the form that its ending names.",
)  # fmt: skip
@click.option(
    "--token", type=click.Path(path_type=Path, dir_okay=False),
    help="Write a deploy token to this file, if and only if the version may go.",
)  # fmt: skip
@click.option(
    "--actor", envvar="LINEAGE_ACTOR",
    help="Who asks [$LINEAGE_ACTOR, or who started the pipeline].",
)  # fmt: skip
@click.option("--clock", type=Instant(), help="The known time, in a synthetic workspace.")
def check(  # noqa: PLR0917 - one for each option
    version: str,
    environment: str,
    root: Path,
    fmt: str,
    files: tuple[Path, ...],
    token: Path | None,
    actor: str | None,
    clock: datetime | None,
) -> None:
    """Ask every gate about a version, record the decision, and end with its verdict.

    0: it may go. 1: a gate denies it. 3: only evidence is missing.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.cli.rows import put
    from lineage_pipeline.governance.outputs.github import append_summary
    from lineage_pipeline.governance.outputs.pipelines import asked_by, ci_run, summary_file
    from lineage_pipeline.governance.outputs.rendering import format_of, rendered
    from lineage_pipeline.release import acting, checking

    forms = [(format_of(file), file) for file in files]
    if token is not None:
        token.unlink(missing_ok=True)
    workspace = pipeline.open_workspace(root)
    asker = checking.Asker(_named(actor or asked_by(os.environ)), ci_run(os.environ))
    when = acting.When(pipeline.system_clock, clock)
    done = checking.check(workspace, version, environment, asker, when)
    put(rendered(fmt, done.decision, done.circumstances))
    for form, file in forms:
        put(rendered(form, done.decision, done.circumstances), file)
    if fmt == "github" and (summary := summary_file(os.environ)) is not None:
        append_summary(done.decision, done.circumstances, summary)
    if token is not None and done.decision.exit_code == 0:
        _write_token(workspace, done, token)
    raise SystemExit(done.decision.exit_code)


def _named(asker: str) -> str:
    """Return who asks, who is recorded beside the decision.

    Raises:
        click.UsageError: nobody is named.
    """
    if not asker:
        raise click.UsageError("say who asks: --actor WHO, or $LINEAGE_ACTOR")
    return asker


def _write_token(workspace: Workspace, done: Checked, file: Path) -> None:
    from lineage_pipeline.cli.rows import put
    from lineage_pipeline.evidence.trail import log_signer
    from lineage_pipeline.governance.token import issue_token

    signer = log_signer(workspace.paths, workspace.settings.workspace.name, os.environ)
    made = issue_token(done.decision, done.circumstances, signer, until=done.until)
    put(made + "\n", file)
