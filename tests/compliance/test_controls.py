"""Every control by example: what an organisation tells, run through the pipeline, and its verdict.

A case in `cases/CONTROL.yaml`:

    name: what it shows
    with: the fragments that it begins with, of fragments.yaml
    tell: what is told beside them, in the form of `tests.compliance.estates`
    then: further deliveries, a day apart
    at: the clock of the first run, if it is not that of the other tests
    status: the verdict
    exceptions: each member that is one, and why: all of them, and of no other verdict than FAIL,
        NOT_ATTESTED or NOT_YET; `?` for a member that a digest names
    reason: words of why it is so, where that matters
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from lineage_pipeline import pipeline
from lineage_pipeline.policy.controls import shipped_controls
from lineage_pipeline.warehouse import assessing
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.compliance.estates import FRAGMENTS, SETTINGS, land, put_together
from tests.sql.needed import needed_for, only
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    import duckdb

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.warehouse.sqlfiles import SqlFile

Case = dict[str, Any]

KEYS: Final = {"name", "with", "tell", "then", "at", "status", "exceptions", "reason"}
CASES: Final[dict[str, list[Case]]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
}
CATALOGUE: Final = shipped_controls()


@pytest.mark.parametrize(
    ("control", "case"),
    [
        pytest.param(control, case, id=f"{control}: {case['name']}")
        for control, cases in CASES.items()
        for case in cases
    ],
)
def test_control_says(
    control: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask_alone(control, monkeypatch)
    workspace = published_workspace(tmp_path / "workspace", SETTINGS)
    clock = _clock(case)
    first = put_together(
        *(FRAGMENTS[name] for name in case.get("with", ())), _under(control), case.get("tell", {})
    )
    with only(
        needed_for(f"control.{control}", "compliance.control_status", "compliance.exception")
    ):
        for number, telling in enumerate([first, *case.get("then", ())]):
            land(workspace, telling, f"delivery-{number}")
            pipeline.run(workspace, pipeline.system_clock, clock + timedelta(days=number))
    status, reason = _status(workspace, control)
    found = _exceptions(workspace, control)
    assert (status, found) == (case["status"], _expected(case, found)), reason
    assert case.get("reason", "") in reason


def test_every_control_passes_fails_and_is_not_assessable_in_a_case() -> None:
    wanted = {
        control: {"ATTESTED", "NOT_ATTESTED"}
        if one.automation == "attestation"
        else {"PASS", "FAIL", "NOT_ASSESSABLE"}
        for control, one in CATALOGUE.control.items()
    }
    lacking = {
        control: sorted(statuses - {case["status"] for case in CASES.get(control, [])})
        for control, statuses in wanted.items()
    }
    assert {control: statuses for control, statuses in lacking.items() if statuses} == {}


def test_cases_are_well_formed() -> None:
    assert CASES.keys() <= CATALOGUE.control.keys()
    for control, cases in CASES.items():
        names = [case["name"] for case in cases]
        assert len(names) == len(set(names)), control
        assert all(case.keys() <= KEYS for case in cases), control
        for case in cases:
            assert bool(case.get("exceptions")) == (case["status"] in FAILING), case["name"]


def test_every_control_has_one_file_and_every_file_a_control() -> None:
    files = [file.object.removeprefix("control.") for file in stage_files("compliance")]
    assert sorted(files) == sorted(CATALOGUE.control)
    assert len(files) == len(set(files)) == 60


FAILING: Final = {"FAIL", "NOT_ATTESTED", "NOT_YET"}


def _ask_alone(control: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a publication ask this control alone: what others say is for their own cases."""
    asked = assessing.asked_controls

    def alone(connection: duckdb.DuckDBPyConnection) -> dict[str, SqlFile]:
        return {name: file for name, file in asked(connection).items() if name == control}

    monkeypatch.setattr(assessing, "asked_controls", alone)


def _under(control: str) -> Case:
    """Return the policy by which the organisation is under the frameworks of a control."""
    names = [name for name in CATALOGUE.control[control].under if name != "baseline"]
    return {"policy": {"obligations": {"frameworks": names}}}


def _clock(case: Case) -> datetime:
    at = case.get("at")
    return datetime.fromisoformat(at) if at else CLOCK


def _status(workspace: Workspace, control: str) -> tuple[str, str]:
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        [found] = warehouse.connection.execute(
            "select status, reason from compliance.control_status "
            "where control_id = $control and scope = 'organisation'",
            {"control": control},
        ).fetchall()
    return found[0], found[1]


def _exceptions(workspace: Workspace, control: str) -> list[tuple[str, str]]:
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        return warehouse.connection.execute(
            "select object_id, finding from compliance.exception "
            "where control_id = $control order by all",
            {"control": control},
        ).fetchall()


def _expected(case: Case, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the exceptions of a case; `?` stands for what is a digest of the rest."""
    named = {finding: member for member, finding in found}
    return sorted(
        (named.get(one["finding"], "?") if one["object"] == "?" else one["object"], one["finding"])
        for one in case.get("exceptions", ())
    )
