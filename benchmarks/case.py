"""A benchmark: one input, who is measured on it, and what is to be reached."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from benchmarks.measure import Measured

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.content import Layout
    from benchmarks.peers.tables import Task

Repeat = Mapping[str, Measured]
"""What each contestant took in one repeat, by its name."""

Unit = Literal["ratio", "per second", "seconds", "milliseconds", "bytes", "count"]


@dataclass(frozen=True, slots=True)
class Input:
    """Made files that every contestant of a case reads.

    Attributes:
        files: a pattern that matches them.
        plain_bytes: their size, decompressed.
        rows: their records.
        file_count: how many files there are.
        made_by: the command that made them.
    """

    files: str
    plain_bytes: int
    rows: int
    file_count: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Contestant:
    """Something that is measured.

    Attributes:
        name: how tables call it.
        command: the command for a repeat, given the repeat's folder.
        before: what to prepare in that folder, unmeasured.
        output: how its tables are laid out and the folder's name, if its content is compared.
        note: what it does not do that others do.
        reads_input: whether it reads the case's input; if not, it has no throughput.
    """

    name: str
    command: Callable[[Path], list[str]]
    before: Callable[[Path], None] | None = None
    output: tuple[Layout, str] | None = None
    note: str = ""
    reads_input: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A figure and the bound that it is to reach.

    Attributes:
        label: what the figure is.
        unit: what it is counted in.
        bound: at least this for ratios and rates, at most this otherwise; None: only reported.
        value: the figure of one repeat; the median over the repeats counts.
    """

    label: str
    unit: Unit
    bound: float | None
    value: Callable[[Repeat], float]

    def is_reached(self, figure: float) -> bool | None:
        """Return whether the figure is good enough, None without a bound."""
        if self.bound is None:
            return None
        is_floor = self.unit in {"ratio", "per second"}
        return figure >= self.bound if is_floor else figure <= self.bound


@dataclass(frozen=True, slots=True)
class Case:
    """A benchmark.

    Attributes:
        name: what `--only` selects.
        title: what tables say.
        task: which tables its outputs hold; None if nothing is compared.
        contestants: in the order in which each repeat measures them.
        targets: the figures.
    """

    name: str
    title: str
    input: Input
    task: Task | None
    contestants: tuple[Contestant, ...]
    targets: tuple[Target, ...]


def ratio(
    label: str, reference: str, subject: str, bound: float | None, minus: str | None = None
) -> Target:
    """Return how many times quicker the subject is than the reference.

    Args:
        label: what the figure is.
        reference: the contestant to compare with.
        subject: the contestant that is judged.
        bound: the least ratio that is good enough.
        minus: a contestant whose seconds are counted out of the subject's.
    """

    def value(repeat: Repeat) -> float:
        counted_out = repeat[minus].seconds if minus else 0.0
        # What is counted out was measured apart and can come out longer than the whole.
        own = max(repeat[subject].seconds - counted_out, 0.001)
        return repeat[reference].seconds / own

    return Target(label, "ratio", bound, value)


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of the benchmarks in this interpreter."""
    return [sys.executable, "-m", module, *arguments]
