"""A plan over many objects, and a deletion from many audit rows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from benchmarks.case import Case, Contestant, Input, Target, python, ratio
from benchmarks.cases.contestants import OURS
from benchmarks.measure import measure
from benchmarks.peers.tables import landing_files
from benchmarks.scratch import Made

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.case import Repeat
    from benchmarks.scratch import Scratch

ONE: Final = "ours, one month"
MANY: Final = "ours, 13 months"
BY_HAND: Final = "DuckDB by hand"
CHOSEN: Final = {ONE: "13x1", MANY: "1x13"}
"""How many landing files of how many months go: of 36 in each of 36 months, so one percent."""


def plan(scratch: Scratch, count: int) -> Case:
    """Return a plan over so many objects: of ten, six are datasets, and the others of four kinds.

    What is kept as an act of the plan costs what every act does, and is not counted.
    """
    store = scratch.root / "objects" / str(count)
    made = ("objects", str(store), str(count))

    def before(_: Path) -> None:
        measure(python("benchmarks.retention", *made))

    return Case(
        "plan",
        "plan of disposal",
        Input(str(store / "made"), 0, count, 1, f"python -m benchmarks.retention {' '.join(made)}"),
        None,
        (
            Contestant(
                OURS,
                lambda _: python("benchmarks.retention", "plan", str(store)),
                before,
                reads_input=False,
            ),
        ),
        (Target("a plan", "seconds", 10.0, lambda repeat: repeat[OURS].seconds),),
    )


def deletion(scratch: Scratch, count: int) -> Case:
    """Return the deletion of one percent of so many audit rows, in one month and in many."""
    made = scratch.input(Made("needle", count))
    store = scratch.root / "logs" / str(count)

    def stored() -> None:
        files = landing_files(made.files)
        measure(python("benchmarks.retention", "logs", str(store), *files))

    def copied(name: str) -> Contestant:
        def before(repeat: Path) -> None:
            stored()
            shutil.copytree(store, repeat / CHOSEN[name])

        def command(repeat: Path) -> list[str]:
            folder = str(repeat / CHOSEN[name])
            return python("benchmarks.retention", "reclaim", folder, CHOSEN[name])

        return Contestant(name, command, before)

    def by_hand(repeat: Path) -> list[str]:
        out = str(repeat / "by hand")
        return python("benchmarks.retention", "by-hand", str(store), CHOSEN[ONE], out)

    return Case(
        "deletion",
        "one percent of audit rows deleted",
        made,
        None,
        (
            copied(ONE),
            copied(MANY),
            Contestant(BY_HAND, by_hand, lambda _: stored()),
        ),
        (
            ratio("to DuckDB by hand, one month", BY_HAND, ONE, 1.0),
            ratio("to DuckDB by hand, 13 months", BY_HAND, MANY, None),
            Target("rows alone to DuckDB by hand", "ratio", 1.0, _rows_alone),
            Target("rows of 13 months to those of one", "ratio", None, _months),
        ),
    )


def _own(repeat: Repeat, name: str) -> float:
    """Return the seconds of a deletion without those of the publication after it."""
    said = repeat[name].said
    return max(said["seconds"] - said["published_s"], 0.001)


def _rows_alone(repeat: Repeat) -> float:
    return repeat[BY_HAND].seconds / _own(repeat, ONE)


def _months(repeat: Repeat) -> float:
    return _own(repeat, MANY) / _own(repeat, ONE)
