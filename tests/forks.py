"""Runs that die at a chosen step: what is loaded once serves them all, as each is a fork of it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WATCHING: Final = """
import os, shutil, signal, sys
from datetime import datetime
from pathlib import Path

from lineage_pipeline import pipeline

clock, home = datetime.fromisoformat(sys.argv[1]), Path(sys.argv[2])
last, names, copies = None, [], None

def step(name):
    if len(names) == last:
        os.kill(os.getpid(), signal.SIGKILL)
    if copies is not None:
        shutil.copytree(home, copies / str(len(names)), symlinks=True)
    names.append(name)

def before(owner, name):
    original = getattr(owner, name)
    def watched(*given, **named):
        step("before-" + name)
        return original(*given, **named)
    setattr(owner, name, watched)

def around(owner, name):
    original = getattr(owner, name)
    def watched(*given, **named):
        step("before-" + name)
        done = original(*given, **named)
        step("after-" + name)
        return done
    setattr(owner, name, watched)

def act(home):
    pipeline.run(pipeline.open_workspace(home), pipeline.system_clock, clock)
"""
FORKING: Final = """
for folder in sys.stdin.read().split():
    os.rename(folder, home)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os.rename(home, folder)
        print(folder, status, flush=True)
        continue
    number = Path(folder).name
    last = int(number) if number.isdigit() else None
    copies = Path(folder).parent if sys.argv[3:] and last is None else None
    act(home)
    with open(home / "steps", "w") as file:
        file.write(" ".join(names))
    os._exit(0)
"""


def killed(home: Path, folder: Path, watches: str, clock: str, every: int) -> list[Path]:
    """Return copies of a folder, in each of which a run died at another step.

    Args:
        home: the folder, a workspace unless `act` says otherwise; it is moved away, and each run
            finds its copy there.
        folder: where the copies go, and `whole`, in which the run was left alone.
        watches: Python that names the steps by `before` and `around`; it may define `act` anew.
        clock: the known time of the run.
        every: 1 dies at every step, 2 at every other.
    """
    template = home.rename(folder / "template")
    whole = folder / "whole"
    shutil.copytree(template, whole)
    assert _die_in(home, [whole], watches, clock) == [0]
    steps = (whole / "steps").read_text().split()
    assert steps
    folders = [folder / str(number) for number in range(0, len(steps), every)]
    for place in folders:
        shutil.copytree(template, place)
    assert _die_in(home, folders, watches, clock) == [signal.SIGKILL] * len(folders)
    return folders


def left_behind(home: Path, folder: Path, watches: str, clock: str) -> list[Path]:
    """Return copies of a folder, each as a run leaves it that dies at another step.

    The run goes on: the folder is copied as each step begins, which is what a death leaves where
    nothing else writes at that time. In the middle it really dies. Otherwise as `killed`.
    """
    template = home.rename(folder / "template")
    whole = folder / "whole"
    shutil.copytree(template, whole)
    assert _die_in(home, [whole], watches, clock, "copies") == [0]
    steps = (whole / "steps").read_text().split()
    folders = [folder / str(number) for number in range(len(steps))]
    middle = folders[len(folders) // 2]
    shutil.rmtree(middle)
    shutil.copytree(template, middle)
    assert _die_in(home, [middle], watches, clock) == [signal.SIGKILL]
    return folders


def _die_in(
    home: Path, folders: Sequence[Path], watches: str, clock: str, *copies: str
) -> list[int]:
    """Run in each folder, moved to `home`, and return how each ended."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WATCHING + watches + FORKING, clock, str(home), *copies],
        input="\n".join(map(str, folders)), capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = [line.split() for line in done.stdout.splitlines()]
    assert [folder for folder, *_ in said] == list(map(str, folders)), done.stdout
    return [int(status) for _, status in said]
