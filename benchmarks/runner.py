"""Cases run: every contestant in turn, repeat after repeat, each in a fresh process."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.case import python
from benchmarks.content import Content, Contents, disagreements
from benchmarks.measure import CommandFailedError, Measured, measure, read_once
from benchmarks.peers.tables import landing_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.case import Case, Contestant, Target
    from benchmarks.peers.tables import Task


@dataclass(frozen=True, slots=True)
class Figure:
    """A target and the median of what was reached; None if a contestant failed."""

    target: Target
    value: float | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case has shown.

    Attributes:
        case: the case.
        repeats: what each contestant took, one entry a repeat.
        failures: why a contestant could not be measured, by its name.
        contents: what each compared output holds.
        disagreements: a sentence for each table on which outputs differ.
        commands: how each contestant was called in the first repeat.
        figures: one for each target of the case.
    """

    case: Case
    repeats: tuple[dict[str, Measured], ...]
    failures: dict[str, str]
    contents: dict[str, Contents]
    disagreements: tuple[str, ...]
    commands: dict[str, str]
    figures: tuple[Figure, ...]

    def median(self, contestant: str) -> Measured | None:
        """Return the contestant's median of each measure; None if it was never measured."""
        taken = [repeat[contestant] for repeat in self.repeats if contestant in repeat]
        if not taken:
            return None
        return Measured(
            statistics.median(one.wall_s for one in taken),
            statistics.median(one.cpu_s for one in taken),
            int(statistics.median(one.tree_bytes for one in taken)),
            int(statistics.median(one.max_rss_bytes for one in taken)),
            {
                key: statistics.median(one.said.get(key, 0.0) for one in taken)
                for key in taken[0].said
            },
        )


def run(case: Case, folder: Path, repeats: int, on_step: Callable[[str], None]) -> Outcome:
    """Return what the case shows; outputs go to `folder`, which is emptied.

    Args:
        case: the case.
        folder: where workspaces and outputs may lie.
        repeats: how often every contestant is measured.
        on_step: told what is measured next.
    """
    read_once(landing_files(case.input.files))
    measured: list[dict[str, Measured]] = []
    failures: dict[str, str] = {}
    contents: dict[str, Contents] = {}
    commands: dict[str, str] = {}
    for number in range(repeats):
        place = folder / str(number)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        taken: dict[str, Measured] = {}
        for contestant in case.contestants:
            if contestant.name in failures:
                continue
            on_step(f"{case.name} {number + 1}/{repeats}: {contestant.name}")
            commands.setdefault(contestant.name, " ".join(contestant.command(place)))
            try:
                one = _measure(contestant, place)
                if number == 0 and contestant.output and case.task:
                    contents[contestant.name] = _content(contestant.output, case.task, place)
                taken[contestant.name] = one
            except CommandFailedError as error:
                failures[contestant.name] = str(error)
        measured.append(taken)
        shutil.rmtree(place)
    return Outcome(
        case, tuple(measured), failures, contents, tuple(disagreements(contents)), commands,
        tuple(Figure(target, _median(target, measured)) for target in case.targets),
    )  # fmt: skip


def _measure(contestant: Contestant, place: Path) -> Measured:
    if contestant.before is not None:
        contestant.before(place)
    return measure(contestant.command(place))


def _content(output: tuple[str, str], task: Task, place: Path) -> Contents:
    """Return what an output holds, read in a process of its own."""
    whose, name = output
    said = measure_text(python("benchmarks.content", whose, task, str(place / name)))
    return {table: Content(*content) for table, content in json.loads(said).items()}


def measure_text(command: Sequence[str]) -> str:
    """Return what a command prints.

    Raises:
        CommandFailedError: it failed.
    """
    import subprocess

    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CommandFailedError(f"`{' '.join(command)}`: {done.stderr[-2000:].strip()}")
    return done.stdout


def _median(target: Target, repeats: Sequence[dict[str, Measured]]) -> float | None:
    values = []
    for repeat in repeats:
        try:
            values.append(target.value(repeat))
        except KeyError:
            return None
    return statistics.median(values) if values else None


def say(step: str) -> None:
    """Tell a person what is measured next."""
    sys.stderr.write(f"{step}\n")
