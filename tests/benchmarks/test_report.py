"""What a benchmark says: ratios, bounds that were missed, outputs that differ."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import report
from benchmarks.case import Case, Contestant, Input, Target, Unit, ratio
from benchmarks.cases import CASES
from benchmarks.content import Content
from benchmarks.machine import this_machine
from benchmarks.measure import Measured
from benchmarks.runner import Figure, Outcome

MADE = Input("/made/*.ndjson", 1_000_000_000, 29_000, 1, "python -m benchmarks.generate heavy DIR")


def took(wall_s: float, **said: float) -> Measured:
    return Measured(wall_s, 2 * wall_s, 700_000_000, 400_000_000, said)


def command(_: Path) -> list[str]:
    return ["true"]


def outcome(*repeats: dict[str, Measured], failures: dict[str, str] | None = None) -> Outcome:
    contestants = (
        Contestant("ours", command),
        Contestant("scan floor", command),
        Contestant("DuckDB by hand", command, note="keeps no offsets"),
    )
    targets = (
        ratio("to scan floor", "scan floor", "ours", 0.55),
        ratio("to DuckDB by hand", "DuckDB by hand", "ours", 5.0),
        Target("peak memory", "bytes", 2e9, lambda repeat: repeat["ours"].tree_bytes),
    )
    case = Case("heavy", "heavy OpenLineage", MADE, None, contestants, targets)
    figures = tuple(
        Figure(target, None if failures else target.value(repeats[0])) for target in targets
    )
    contents = {
        "ours": {"event": Content(3, "aa")}, "DuckDB by hand": {"event": Content(3, "aa")}
    }  # fmt: skip
    return Outcome(case, repeats, failures or {}, contents, (), {"ours": "true"}, figures)


ONE = {
    "ours": took(2.0), "scan floor": took(1.5, seconds=1.0), "DuckDB by hand": took(12.0)
}  # fmt: skip


def shown(found: Outcome) -> str:
    out = StringIO()
    report.show([found], this_machine(), Console(file=out, width=80))
    return out.getvalue()


def test_a_missed_bound_is_shown_beside_what_was_to_be_reached() -> None:
    text = shown(outcome(ONE))

    assert "0.50x (missed)" in text
    assert "≥ 0.55x" in text
    assert "6.00x" in text
    assert "700 MB" in text
    assert "6.00x (missed)" not in text


def test_a_missed_figure_says_what_limits_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"heavy": {"to scan floor": "the disk", "to DuckDB by hand": "nothing"}}
    monkeypatch.setattr(report, "limits", lambda: known)
    text = shown(outcome(ONE))

    assert "to scan floor, what limits it: the disk" in text
    assert "to DuckDB by hand, what limits it" not in text


def test_limits_belong_to_cases() -> None:
    assert report.limits().keys() <= CASES.keys()


def test_the_table_fits_a_terminal() -> None:
    tables = shown(outcome(ONE)).split("contents agree")[0]

    assert all(len(line) <= 80 for line in tables.splitlines())
    assert "heavy OpenLineage: 1,000 MB, 29,000 rows" in tables


def test_the_readme_table_names_machine_rows_bytes_and_command() -> None:
    text = report.markdown([outcome(ONE, ONE, ONE)], this_machine(), "python -m benchmarks")

    assert "| heavy OpenLineage | 29,000 | 1,000,000,000 | to scan floor | 0.50x (missed) |" in text
    assert str(this_machine()) in text
    assert "`python -m benchmarks`; medians of 3 paired runs" in text
    assert MADE.made_by in text
    assert "keeps no offsets" in text
    assert "contents agree: ours, DuckDB by hand" in text


def test_a_contestant_that_failed_is_named_with_its_reason() -> None:
    broken = outcome({"scan floor": took(1.0)}, failures={"ours": "Traceback\nno such command"})
    text = shown(broken)

    assert "ours was not measured: no such command" in text
    assert "not measured" in text


def test_the_json_holds_every_repeat() -> None:
    content = json.loads(json.dumps(report.as_json([outcome(ONE, ONE)], this_machine(), "x")))

    [case] = content["cases"]
    assert [repeat["ours"]["wall_s"] for repeat in case["repeats"]] == [2.0, 2.0]
    assert [figure["is_reached"] for figure in case["figures"]] == [False, True, True]
    assert case["input"]["rows"] == MADE.rows


def test_seconds_are_those_of_the_work_if_the_command_tells_them() -> None:
    assert took(1.5, seconds=1.0).seconds == 1.0
    assert took(1.5).seconds == 1.5


@pytest.mark.parametrize(("alone", "expected"), [(0.0, 1.0), (0.5, 1.25), (2.0, 5.0), (9.0, 2500)])
def test_what_is_counted_out_is_taken_from_the_subject(alone: float, expected: float) -> None:
    target = ratio("gzip to plain", "plain", "packed", 0.6, minus="gunzip")
    repeat = {"plain": took(2.5), "packed": took(2.5), "gunzip": took(9.0, seconds=alone)}

    assert target.value(repeat) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("unit", "figure", "is_reached"),
    [("ratio", 2.0, True), ("per second", 0.5, False), ("bytes", 0.5, True), ("seconds", 2, False)],
)
def test_rates_have_least_and_sizes_have_most(
    *, unit: Unit, figure: float, is_reached: bool
) -> None:
    assert Target("x", unit, 1.0, lambda _: 0.0).is_reached(figure) is is_reached
    assert Target("x", unit, None, lambda _: 0.0).is_reached(figure) is None
