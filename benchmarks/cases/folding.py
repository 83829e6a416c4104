"""A run with one percent new events, against a rebuild of everything."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import ours
from benchmarks.case import Case, Contestant, Target
from benchmarks.measure import measure
from benchmarks.peers.tables import landing_files
from benchmarks.scratch import Made, Scratch

if TYPE_CHECKING:
    from benchmarks.case import Input, Repeat

REBUILD: Final = "ours, rebuild"
NEW: Final = "ours, one percent new"
NOTHING: Final = "ours, nothing new"
_FOLDERS: Final = {REBUILD: "rebuild", NEW: "new"}
_SHARE: Final = 0.05
_FIXED_S: Final = 1.0


def incremental(scratch: Scratch, total_bytes: int) -> Case:
    """Return light events, all of them rebuilt, and the last percent of them run alone."""
    most = scratch.input(Made("light", total_bytes))
    new = scratch.input(Made("light", total_bytes // 100, stream=1))
    base = scratch.root / "workspaces" / f"run-{total_bytes}"
    return Case(
        "incremental",
        "one percent new events",
        most,
        None,
        (
            _contestant(REBUILD, "rebuild", base, most, new),
            _contestant(NEW, "run", base, most, new),
            Contestant(
                NOTHING,
                lambda repeat: ours.command("run", repeat / _FOLDERS[NEW]),
                reads_input=False,
            ),
        ),
        (
            Target("5 % of a rebuild and a second, to it", "ratio", 1.0, _allowed),
            Target("of a rebuild", "ratio", None, _part),
        ),
    )


def _contestant(name: str, command: str, base: Path, most: Input, new: Input) -> Contestant:
    folder = _FOLDERS[name]

    def before(repeat: Path) -> None:
        if not base.exists():
            ours.fresh_workspace(base)
            _land(base, most, "most")
            measure(ours.command("run", base))
        shutil.copytree(base, repeat / folder)
        _land(repeat / folder, new, "new")

    return Contestant(name, lambda repeat: ours.command(command, repeat / folder), before)


def _land(workspace: Path, made: Input, folder: str) -> None:
    """Have the files lie in the workspace's landing folder."""
    landing = workspace / "landing" / "openlineage" / folder
    landing.mkdir(parents=True)
    for file in landing_files(made.files):
        shutil.copy2(file, landing / Path(file).name)


def _allowed(repeat: Repeat) -> float:
    return (_SHARE * repeat[REBUILD].seconds + _FIXED_S) / repeat[NEW].seconds


def _part(repeat: Repeat) -> float:
    return repeat[NEW].seconds / repeat[REBUILD].seconds
