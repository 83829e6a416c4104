"""How the project itself is measured: the public command in a fresh workspace.

The only place that knows the command.
"""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

from benchmarks.peers.tables import landing_files
from lineage_pipeline.initialise import initialise


def fresh_workspace(workspace: Path) -> None:
    """Make an empty workspace, in place of what was there."""
    shutil.rmtree(workspace, ignore_errors=True)
    workspace.mkdir(parents=True)
    initialise(workspace)


def command(name: str, workspace: Path) -> list[str]:
    """Return the command of this name on a workspace."""
    return [_program(), name, "-w", str(workspace)]


def scan_command(files: str, workspace: Path, source: str) -> list[str]:
    """Return the command that scans the files matching `files` into the workspace."""
    # A user names a folder of many files, and lets the shell expand a pattern for few.
    paths = [_folder(files)] if "**" in files else landing_files(files)
    return [_program(), "scan", *paths, "-w", str(workspace), "--source", source]


def _program() -> str:
    return str(Path(sysconfig.get_path("scripts")) / "lineage")


def _folder(files: str) -> str:
    return files.partition("*")[0].rstrip("/")
