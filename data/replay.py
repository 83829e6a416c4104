"""The story told again: a workspace filled delivery by delivery, each scanned at its own clock.

python -m data.replay WORKSPACE
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import click

from lineage_pipeline import pipeline
from lineage_pipeline.cli.report import report
from lineage_pipeline.initialise import initialise

STORY = Path(__file__).parent


def prepare(root: Path) -> pipeline.Workspace:
    """Return a fresh workspace at `root`, with the story's settings and policy."""
    if root.exists():
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


def main(root: Path) -> None:
    """Replay the whole story into `root` and print what each run found."""
    workspace = prepare(root)
    for clock, delivery in deliveries():
        click.secho(f"\n{clock:%Y-%m-%d}  what landed in the week before", bold=True)
        report(workspace, replay(workspace, clock, delivery))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
