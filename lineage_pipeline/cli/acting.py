"""What every act takes on the command line: on what, who, why, when, and how it is signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lineage_pipeline.cli.options import Instant, workspace_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

Result = TypeVar("Result")


def act_command(metavar: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return what makes a command of an act on `metavar`, which it is given as `subject`."""

    def made(command: Callable[..., None]) -> click.Command:
        for add in (
            click.option("--clock", type=Instant(), help="The known time, if it is synthetic."),
            click.option(
                "--sign-key",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Sign the act with this SSH key, by ssh-keygen.",
            ),
            click.option("--ticket", help="The ticket that it belongs to."),
            click.option("--reason", required=True, help="Why."),
            click.option(
                "--actor",
                required=True,
                envvar="LINEAGE_ACTOR",
                help="Who acts, as the policy names them [$LINEAGE_ACTOR].",
            ),
            workspace_option,
            click.argument("subject", metavar=metavar),
        ):
            command = add(command)
        return click.command()(command)

    return made


def done(
    do: Callable[[Workspace, str, Statement, When], Result],
    name: str,
    given: dict[str, Any],
    said: dict[str, Any],
) -> Result:
    """Do what a command asks for, and return what became of it.

    Args:
        do: does it.
        name: what is done, as acts have it.
        given: what every act takes.
        said: what this one says beside that.
    """
    from lineage_pipeline import pipeline
    from lineage_pipeline.release import acting

    statement = _statement(name, given, said)
    workspace = pipeline.open_workspace(given["root"])
    when = acting.When(pipeline.system_clock, given["clock"])
    return do(workspace, given["subject"], statement, when)


def require_counting(objections: Sequence[str]) -> None:
    """Return if what is kept counts; else say why it does not, and end with 1."""
    if objections:
        click.echo(f"it does not count: {'; '.join(objections)}", err=True)
        raise SystemExit(1)


def tell_lacking(lacking: Sequence[str], *, is_executed: bool) -> None:
    """Say what a plan lacks; where it is executed all the same, that was begun before."""
    only = "only what was begun is carried out" if is_executed else "it may not be carried out"
    for lack in lacking:
        click.echo(f"{only}: {lack}", err=True)


def _statement(name: str, given: dict[str, Any], said: dict[str, Any]) -> Statement:
    from lineage_pipeline.governance.signatures import ssh_signer
    from lineage_pipeline.release import acting

    data = {**said, **{key: given[key] for key in ("actor", "reason", "ticket")}}
    key: Path | None = given["sign_key"]
    return acting.Statement(
        name,
        {key: value for key, value in data.items() if value not in (None, [])},
        ssh_signer(key) if key is not None else None,
    )
