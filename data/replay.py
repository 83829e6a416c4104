"""The story told again: a workspace filled delivery by delivery, each scanned at its own clock.

python -m data.replay [--picture FILE.svg] WORKSPACE
"""

from __future__ import annotations

import shutil
import tomllib
from datetime import datetime
from pathlib import Path

import click

from lineage_pipeline import pipeline
from lineage_pipeline.cli.report import report
from lineage_pipeline.cli.rows import NODE_PARTS, show
from lineage_pipeline.exports.drawing import picture_of
from lineage_pipeline.initialise import initialise
from lineage_pipeline.pictures.svg import render_svg
from lineage_pipeline.questions.parts import Closure, subgraph

STORY = Path(__file__).parent
PRODUCTION_MODEL = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"
PRODUCTION = "deployment:endpoint://prod-eu:credit-risk"


def prepare(root: Path) -> pipeline.Workspace:
    """Return a fresh workspace at `root`, with the story's settings and policy.

    Raises:
        click.UsageError: `root` holds something that is no synthetic workspace.
    """
    if root.exists() and any(root.iterdir()):
        if not _is_synthetic(root):
            message = f"{root}: not a synthetic workspace, and the replay would empty it"
            raise click.UsageError(message)
        shutil.rmtree(root)
    paths = initialise(root)
    shutil.copyfile(STORY / "lineage.toml", paths.settings)
    shutil.copytree(STORY / "policy", paths.policy, dirs_exist_ok=True)
    return pipeline.open_workspace(root)


def deliveries() -> list[tuple[datetime, Path]]:
    """Return each dated run of the story: its clock, and the folder of what landed before it."""
    runs = tomllib.loads((STORY / "runs.toml").read_text(encoding="utf-8"))["run"]
    return [
        (datetime.fromisoformat(str(run["clock"])), STORY / "landing" / run["delivery"])
        for run in runs
    ]


def replay(workspace: pipeline.Workspace, clock: datetime, delivery: Path) -> pipeline.Run:
    """Return what the run at `clock` did, once the delivery has landed."""
    shutil.copytree(delivery, workspace.paths.landing, dirs_exist_ok=True)
    return pipeline.run(workspace, pipeline.system_clock, clock)


@click.command()
@click.argument("root", type=click.Path(path_type=Path, file_okay=False))
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw it here.")
def main(root: Path, picture: Path | None) -> None:
    """Replay the whole story into ROOT, print what each run found, and ask the first question."""
    workspace = prepare(root)
    for clock, delivery in deliveries():
        click.secho(f"\n{clock:%Y-%m-%d}  lineage run, on what landed since", bold=True)
        report(workspace, replay(workspace, clock, delivery))
    click.secho(f"\nlineage upstream {PRODUCTION_MODEL} -w {root}", bold=True)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        show(warehouse.upstream(PRODUCTION_MODEL), "table", hidden=NODE_PARTS)
        if picture is not None:
            title = "What stands behind credit-risk in production"
            behind = subgraph(warehouse, Closure("upstream", PRODUCTION))
            picture.write_text(render_svg(picture_of(behind, title)), encoding="utf-8")
            click.echo(f"drawn: {picture}")
    click.secho("\nask on", bold=True)
    click.echo(f"  uv run lineage sql 'from quality.coverage' -w {root}")
    click.echo(f"  uv run lineage node credit -w {root}")


def _is_synthetic(root: Path) -> bool:
    try:
        return pipeline.open_workspace(root).settings.workspace.synthetic
    except pipeline.ConfigError:
        return False


if __name__ == "__main__":
    main()
