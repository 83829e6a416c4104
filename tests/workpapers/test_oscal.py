"""OSCAL: documents conform, refer to what is there, and say of no control more than its status."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pytest

from lineage_pipeline.workpapers.dossier import dossier
from lineage_pipeline.workpapers.method import STATUSES
from lineage_pipeline.workpapers.oscal.documents import documents
from lineage_pipeline.workpapers.oscal.elements import MILESTONES, NAMESPACE, VERSION, token
from tests.workpapers.dossiers import (
    STATE,
    dossier_of,
    exception,
    of_every_status,
    status,
)
from tests.workpapers.hostile import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.workpapers.dossier import Dossier
    from tests.conftest import Demo

ROOT: Final = Path(__file__).parent.parent.parent
TRESTLE: Final = ROOT / ".tools" / "trestle" / "5.2.0" / "bin" / "python"
NAMES: Final = {
    "catalog.json", "profile.json", "assessment-plan.json", "assessment-results.json", MILESTONES,
}  # fmt: skip
Element = dict[str, Any]


@pytest.fixture(scope="module")
def every() -> dict[str, Element]:
    return read(of_every_status())


def read(found: Dossier) -> dict[str, Element]:
    """Return each document by its file, without the name of its kind."""
    return {name: next(iter(json.loads(data).values())) for name, data in documents(found).items()}


def checked(found: Dossier, folder: Path) -> Element:
    """Return what compliance-trestle says of the documents."""
    for name, data in documents(found).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    script = Path(__file__).parent / "conforming.py"
    done = subprocess.run(  # noqa: S603
        [TRESTLE, script, folder], capture_output=True, text=True, check=True
    )
    answer: Element = json.loads(done.stdout)
    return answer


def values(element: Any, key: str) -> Iterator[Any]:
    """Yield every value of a key, however deep."""
    if isinstance(element, dict):
        for name, value in element.items():
            if name == key:
                yield value
            yield from values(value, key)
    elif isinstance(element, list):
        for one in element:
            yield from values(one, key)


def told(element: Element) -> dict[str, str]:
    """Return the properties of our own namespace."""
    return {one["name"]: one["value"] for one in element["props"] if one.get("ns") == NAMESPACE}


def result_of(documents: dict[str, Element]) -> Element:
    [result] = documents["assessment-results.json"]["results"]
    found: Element = result
    return found


def test_documents_of_the_story_conform_and_their_profiles_resolve(
    demo: Demo, tmp_path: Path
) -> None:
    found = dossier(demo.workspace.paths)
    answer = checked(found, tmp_path)
    assert answer["problems"] == []
    on = {token(one) for one in found.assessment.control_status["control_id"]}
    assert set(answer["resolved"]["profile.json"]) == on
    assert {"profiles/gdpr.json", "profiles/eu-ai-act.json"} <= answer["resolved"].keys()
    assert all(set(ids) <= on for ids in answer["resolved"].values())


def test_documents_with_every_status_conform(tmp_path: Path) -> None:
    assert checked(of_every_status(), tmp_path)["problems"] == []


def test_documents_of_hostile_names_conform(tmp_path: Path) -> None:
    found = dossier_of(
        [status("X01", "FAIL", reason=ALL[0]), *(status(name or "empty") for name in ALL[:30])],
        [
            exception("X01", name, finding=name, owner_id=name, waived_by=name, evidence=[name],
                      waiver_reason=name, is_waived=True)
            for name in ALL
        ],
        organisation=ALL[0],
    )  # fmt: skip
    answer = checked(found, tmp_path)
    assert answer["problems"] == []
    assert len(answer["resolved"]["profile.json"]) == len(found.assessment.control_status)


def test_all_five_documents_are_there_and_each_says_its_version(every: dict[str, Element]) -> None:
    assert every.keys() >= NAMES
    assert {one["metadata"]["oscal-version"] for one in every.values()} == {VERSION}


def test_links_between_documents_lead_to_documents(every: dict[str, Element]) -> None:
    assert every["profile.json"]["imports"][0]["href"] == "catalog.json"
    assert every["profiles/gdpr.json"]["imports"][0]["href"] == "../catalog.json"
    [link] = every["assessment-plan.json"]["reviewed-controls"]["links"]
    assert link == {"href": "profile.json", "rel": "profile"}
    assert every["assessment-results.json"]["import-ap"]["href"] == "assessment-plan.json"
    [link] = every[MILESTONES]["metadata"]["links"]
    assert link["href"] == "assessment-results.json"
    plan = every["assessment-plan.json"]
    [resource] = plan["back-matter"]["resources"]
    assert plan["import-ssp"]["href"] == f"#{resource['uuid']}"


def test_controls_objectives_and_parameters_that_are_named_stand_in_the_catalog(
    every: dict[str, Element],
) -> None:
    controls = every["catalog.json"]["controls"]
    ids = {one["id"] for one in controls}
    parts = {one["id"] for control in controls for one in control["parts"]}
    numbers = {one["id"] for control in controls for one in control["params"]}
    for one in every.values():
        assert set(values(one, "control-id")) <= ids
        assert set(values(one, "objective-id")) <= parts
        assert set(values(one, "target-id")) <= parts
        assert set(values(one, "param-id")) <= numbers
        for listed in values(one, "with-ids"):
            assert set(listed) <= ids


def test_what_a_document_refers_to_stands_in_it(every: dict[str, Element]) -> None:
    defined = {name: set(values(one, "uuid")) for name, one in every.items()}
    actors = set(values(every["assessment-plan.json"], "component-uuid"))
    for name, one in every.items():
        for key in ("observation-uuid", "risk-uuid", "party-uuid"):
            assert set(values(one, key)) <= defined[name]
        for people in values(one, "party-uuids"):
            assert set(people) <= defined[name]
        assert set(values(one, "actor-uuid")) <= actors


def test_uuids_are_of_names_and_none_stands_twice_in_a_document(every: dict[str, Element]) -> None:
    for one in every.values():
        found = list(values(one, "uuid"))
        assert len(found) == len(set(found))
        assert {UUID(uuid).version for uuid in found} == {5}


def test_every_instant_has_its_offset(every: dict[str, Element]) -> None:
    keys = ("last-modified", "start", "end", "collected", "deadline", "date")
    instants = [at for one in every.values() for key in keys for at in values(one, key)]
    assert len(instants) > 20
    assert all(re.search(r"(Z|[+-]\d\d:\d\d)$", at) for at in instants)


@pytest.mark.parametrize("says", STATUSES)
def test_a_status_is_an_observation_and_of_yes_and_no_a_finding(
    every: dict[str, Element], says: str
) -> None:
    result = result_of(every)
    [seen] = [one for one in result["observations"] if told(one).get("status") == says]
    findings = [
        one["target"]["status"]["state"]
        for one in result["findings"]
        if one["related-observations"][0]["observation-uuid"] == seen["uuid"]
    ]
    expected = {"PASS": ["satisfied"], "FAIL": ["not-satisfied"]}
    assert findings == expected.get(says, [])
    assert seen["methods"] == ["INTERVIEW" if told(seen)["automation"] == "attestation" else "TEST"]


def test_a_state_without_yes_and_no_has_no_findings_at_all() -> None:
    result = result_of(read(dossier_of([status("X01", "NOT_YET")])))
    assert "findings" not in result
    assert "risks" not in result


def test_a_waived_exception_is_not_satisfied_and_its_risk_an_approved_deviation(
    every: dict[str, Element],
) -> None:
    by_object = {one["title"].partition(" ")[2]: one for one in every[MILESTONES]["risks"]}
    states = {name: one["status"] for name, one in by_object.items()}
    assert states == {
        "owned": "open", "waived": "deviation-approved", "waived before": "open", "not due": "open",
    }  # fmt: skip
    [entry] = by_object["waived"]["risk-log"]["entries"]
    assert entry["status-change"] == "deviation-approved"
    assert "until the migration, until 2026-07-01" in entry["description"]
    [lapsed] = by_object["waived before"]["risk-log"]["entries"]
    assert lapsed["status-change"] == "open"
    assert "no longer" in lapsed["description"]


def test_an_owner_and_a_due_date_are_a_planned_remediation(every: dict[str, Element]) -> None:
    plan = every[MILESTONES]
    [owned] = [one for one in plan["risks"] if told(one)["owner"] == "ada"]
    assert owned["deadline"] == "2026-05-15T00:00:00+00:00"
    [remediation] = owned["remediations"]
    [task] = remediation["tasks"]
    [role] = task["responsible-roles"]
    people = {one["uuid"]: one["name"] for one in plan["metadata"]["parties"]}
    assert [people[uuid] for uuid in role["party-uuids"]] == ["ada"]
    assert {role["role-id"]} == {one["id"] for one in plan["metadata"]["roles"]}


def test_the_plan_lists_exceptions_with_their_age_and_controls_that_lack_evidence(
    every: dict[str, Element],
) -> None:
    items = every[MILESTONES]["poam-items"]
    ages = [told(one).get("age-days") for one in items if "related-risks" in one]
    assert ages == ["31", "31", "31", None]
    lacking = {told(one)["status"] for one in items if "related-risks" not in one}
    assert lacking == {"NOT_ASSESSABLE", "NOT_ATTESTED"}


def test_there_is_no_plan_of_action_where_nothing_stands_against_a_control() -> None:
    assert MILESTONES not in documents(dossier_of([status("X01")]))


def test_a_parameter_says_who_set_it_and_what_it_was_set_to(every: dict[str, Element]) -> None:
    [shipped] = every["catalog.json"]["controls"][0]["params"]
    setting = every["profile.json"]["modify"]["set-parameters"][0]
    assert (shipped["id"], shipped["values"]) == ("x00_prm_days", ["30"])
    assert (setting["param-id"], setting["values"]) == ("x00_prm_days", ["7"])
    assert told(setting) == {"basis": "house", "unit": "days", "shipped-value": "30"}


def test_a_control_has_its_statement_clauses_guidance_objective_and_method(
    every: dict[str, Element],
) -> None:
    parts = {one["name"]: one for one in every["catalog.json"]["controls"][0]["parts"]}
    assert parts.keys() == {"statement", "guidance", "assessment-objective", "assessment-method"}
    [clause] = parts["statement"]["parts"]
    assert (clause["title"], clause["prose"]) == ("GDPR", "Art 5")


def test_a_risk_keeps_its_uuid_from_state_to_state_and_a_document_does_not() -> None:
    first = read(dossier_of([status("X01", "FAIL")], [exception("X01", "a")]))
    later = {"as_of": STATE + timedelta(days=1), "known_at": STATE + timedelta(days=1)}
    second = read(
        dossier_of([status("X01", "FAIL")], [exception("X01", "a", age_days=32)], **later)
    )
    risk, risk_later = (one[MILESTONES]["risks"][0] for one in (first, second))
    assert risk["uuid"] == risk_later["uuid"]
    assert all(first[name]["uuid"] != second[name]["uuid"] for name in NAMES)


def test_names_of_ones_own_controls_stay_apart() -> None:
    names = ["X01", "x01", "a b", "a-b", "é", "-", "1"]
    assert len({token(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[^\W\d][\w.-]*", token(name)) for name in names)


def test_the_same_state_gives_the_same_bytes() -> None:
    assert documents(of_every_status()) == documents(of_every_status())


def test_an_instant_elsewhere_is_told_in_utc() -> None:
    at = datetime.fromisoformat("2026-06-01T08:00:00+02:00")
    found = read(dossier_of([status("X01")], as_of=at, known_at=at.astimezone(UTC)))
    assert result_of(found)["start"] == "2026-06-01T06:00:00+00:00"
