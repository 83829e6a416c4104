"""Outcomes as a table for a terminal, a table for a README, and JSON."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from benchmarks.case import Unit
    from benchmarks.machine import Machine
    from benchmarks.runner import Figure, Outcome

_MEGA: Final = 10**6
_LIMITS: Final = Path(__file__).parent / "limits.toml"


def quantity(value: float, unit: Unit) -> str:
    """Return the figure with its unit, to the digits that repeats can tell apart."""
    if unit == "ratio":
        return f"{value:.2f}x"
    if unit == "per second":
        return f"{value:,.0f}/s"
    if unit == "count":
        return f"{value:,.0f}"
    if unit == "bytes":
        return f"{value:,.0f} bytes" if value < _MEGA else f"{value / _MEGA:,.0f} MB"
    if unit == "milliseconds":
        return f"{value:,.1f} ms"
    return f"{value:.2f} s"


@cache
def limits() -> dict[str, dict[str, str]]:
    """Return what limits a figure and what was tried: by case, then by the figure's label."""
    return tomllib.loads(_LIMITS.read_text(encoding="utf-8"))


def show(outcomes: Sequence[Outcome], machine: Machine, console: Console) -> None:
    """Print every case: who took what, and the figures with their bounds."""
    for outcome in outcomes:
        console.print(_measures(outcome))
        console.print(_figures(outcome))
        for sentence in _remarks(outcome):
            console.print(sentence, style="yellow", markup=False, highlight=False)
        console.print()
    console.print(str(machine), style="dim", markup=False, highlight=False)


def markdown(outcomes: Sequence[Outcome], machine: Machine, command: str) -> str:
    """Return the README's table: one row a figure, then where it comes from."""
    lines = [
        "| input | rows | bytes | figure | measured | to reach |",
        "|---|---:|---:|---|---:|---:|",
    ]
    for outcome in outcomes:
        made = outcome.case.input
        for figure in outcome.figures:
            if figure.target.unit == "milliseconds" and figure.value is None:
                continue
            lines.append(
                f"| {outcome.case.title} | {made.rows:,} | {made.plain_bytes:,} "
                f"| {figure.target.label} | {_measured(figure)} | {_bound(figure)} |"
            )
    lines += ["", f"{machine}. `{command}`; medians of {_repeats(outcomes)} paired runs.", ""]
    for outcome in outcomes:
        lines.append(f"- {outcome.case.title}: `{outcome.case.input.made_by}`")
        lines += [f"  - {sentence}" for sentence in _remarks(outcome)]
    return "\n".join(lines) + "\n"


def as_json(outcomes: Sequence[Outcome], machine: Machine, command: str) -> dict[str, Any]:
    """Return everything that was measured, every repeat of it."""
    return {
        "machine": machine._asdict(),
        "command": command,
        "cases": [_case_json(outcome) for outcome in outcomes],
    }


def _case_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "name": outcome.case.name,
        "title": outcome.case.title,
        "input": asdict(outcome.case.input),
        "commands": outcome.commands,
        "repeats": [
            {name: asdict(measured) for name, measured in repeat.items()}
            for repeat in outcome.repeats
        ],
        "failures": outcome.failures,
        "contents": {
            name: {table: content._asdict() for table, content in contents.items()}
            for name, contents in outcome.contents.items()
        },
        "disagreements": list(outcome.disagreements),
        "figures": [
            {
                "label": figure.target.label,
                "unit": figure.target.unit,
                "value": figure.value,
                "to_reach": figure.target.bound,
                "is_reached": _is_reached(figure),
            }
            for figure in outcome.figures
        ],
    }


def _measures(outcome: Outcome) -> Table:
    made = outcome.case.input
    title = (
        f"{outcome.case.title}: {made.plain_bytes / _MEGA:,.0f} MB, {made.rows:,} rows, "
        f"{made.file_count:,} files"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("who", overflow="fold")
    for name in ("wall s", "CPU s", "MB/s", "tree MB", "max MB"):
        table.add_column(name, justify="right", no_wrap=True)
    for contestant in outcome.case.contestants:
        measured = outcome.median(contestant.name)
        if measured is None:
            table.add_row(contestant.name, *["-"] * 5)
            continue
        table.add_row(
            contestant.name,
            f"{measured.seconds:.2f}",
            f"{measured.cpu_s:.2f}",
            f"{made.plain_bytes / _MEGA / max(measured.seconds, 1e-9):,.0f}"
            if contestant.reads_input
            else "",
            f"{measured.tree_bytes / _MEGA:,.0f}",
            f"{measured.max_rss_bytes / _MEGA:,.0f}",
        )
    return table


def _figures(outcome: Outcome) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("figure", overflow="fold")
    table.add_column("measured", justify="right", no_wrap=True)
    table.add_column("to reach", justify="right", no_wrap=True)
    for figure in outcome.figures:
        style = {True: "green", False: "bold red", None: ""}[_is_reached(figure)]
        table.add_row(figure.target.label, Text(_measured(figure), style=style), _bound(figure))
    return table


def _remarks(outcome: Outcome) -> Iterator[str]:
    """Yield what the figures do not say: failures, differing contents, what peers leave out."""
    for contestant in outcome.case.contestants:
        if contestant.note:
            yield f"{contestant.name}: {contestant.note}"
    for name, reason in outcome.failures.items():
        yield f"{name} was not measured: {reason.splitlines()[-1]}"
    yield from (f"contents differ: {sentence}" for sentence in outcome.disagreements)
    if outcome.contents and not outcome.disagreements:
        yield f"contents agree: {', '.join(outcome.contents)}"
    for figure in outcome.figures:
        limit = limits().get(outcome.case.name, {}).get(figure.target.label)
        if limit and _is_reached(figure) is False:
            yield f"{figure.target.label}, what limits it: {limit}"


def _is_reached(figure: Figure) -> bool | None:
    return None if figure.value is None else figure.target.is_reached(figure.value)


def _measured(figure: Figure) -> str:
    if figure.value is None:
        return "not measured"
    missed = " (missed)" if _is_reached(figure) is False else ""
    return quantity(figure.value, figure.target.unit) + missed


def _bound(figure: Figure) -> str:
    target = figure.target
    if target.bound is None:
        return ""
    sign = "≥" if target.unit in {"ratio", "per second"} else "≤"
    return f"{sign} {quantity(target.bound, target.unit)}"


def _repeats(outcomes: Sequence[Outcome]) -> int:
    return max((len(outcome.repeats) for outcome in outcomes), default=0)
