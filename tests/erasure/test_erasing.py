"""A person who is erased is found nowhere, and all that others left stays as it was."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.disposal import holding
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.disposal.kept import tell_approval
from tests.disposal.test_reclaiming import told_of
from tests.erasure.people import (
    JANE,
    KEY,
    LATER,
    LEDGER,
    OTHER,
    POLICY,
    applied,
    approved_plan,
    became,
    line,
    peopled,
    planned,
    run,
)
from tests.evidence.sealed import findings
from tests.governed import when

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.erasure.carrying import Applied
    from lineage_pipeline.pipeline import Workspace

ONCE: Final = pytest.mark.xdist_group("one erasure")
"""Tests that look at one erasure, which takes long, in turn."""


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def test_a_plan_says_what_goes_and_erases_nothing(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    plan = planned(workspace).plan
    said = {(item.object_id, item.course, len(item.records)) for item in plan.items}
    assert said == {
        ("file:landing/audit/generic/ledger-1.ndjson.gz", "erase", 1),
        ("file:landing/monitoring/predictions.ndjson", "erase", 1),
        ("file:landing/governance/desk.ndjson", "erase", 1),
        ("file:landing/compliance/requests.ndjson", "erase", 1),
        ("file:landing/openlineage/events.ndjson", "mask", 1),
        ("trail/queries", "erase", 0),
        ("dataset:db:training", "ask", 0),
        ("dataset:db:copied", "ask", 0),
        ("dataset:db:raw", "ask", 0),
    }
    assert len(plan.facets) == 2
    assert told_of(workspace.paths.root, KEY)


class Erased(NamedTuple):
    """A workspace from which Jane was erased: its lineage before, and what became of the plan."""

    workspace: Workspace
    lineage: list[list[tuple[Any, ...]]]
    digest: str
    done: Applied


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    workspace = peopled(tmp_path_factory.mktemp("erased") / "workspace")
    assert told_of(workspace.paths.root, KEY)
    assert told_of(workspace.paths.root, JANE)
    before = lineage(workspace)
    digest = approved_plan(workspace).digest
    return Erased(workspace, before, digest, applied(workspace, digest))


def lineage(workspace: Workspace) -> list[list[tuple[Any, ...]]]:
    return [
        asked(workspace, f"select * from lineage.{table} order by all")
        for table in ("node", "edge")
    ]


@ONCE
def test_whoever_is_erased_is_found_nowhere(erased: Erased) -> None:
    workspace = erased.workspace
    root = workspace.paths.root
    assert "left" not in became(erased.done).values()
    # Somebody else's key holds hers, and is to be found still.
    others = {name for name in told_of(root, KEY) if name in told_of(root, OTHER)}
    assert {*told_of(root, KEY)} == others
    for name in others:
        assert _whole_words(root / name) == set(), name
    assert told_of(root, JANE) == []
    assert told_of(root, JANE.upper()) == []
    assert findings(workspace.paths) == []


def _whole_words(file: Path) -> set[bytes]:
    """Return Jane's key where it is not the beginning of another."""
    import re

    from tests.disposal.test_reclaiming import unpacked

    return {*re.findall(KEY.encode() + rb"(?!\d)", unpacked(file))}


@ONCE
def test_the_rest_is_as_if_she_had_never_been_told_of(erased: Erased) -> None:
    workspace = erased.workspace
    assert lineage(workspace) == erased.lineage
    told = "select resource_id, count(*) from audit.event group by all"
    assert asked(workspace, told) == [(OTHER, 2)]
    assert asked(workspace, "select prediction_id from registry.prediction") == [("p1",)]
    landed = gzip.decompress((workspace.paths.root / LEDGER).read_bytes()).decode()
    kept = [text for text in landed.split("\n") if text.strip()]
    assert kept == [line(OTHER, 1).strip(), line(OTHER, 3).strip()]


@ONCE
def test_nothing_is_read_again_but_what_is_appended(erased: Erased) -> None:
    workspace = erased.workspace
    assert pipeline.new_files(workspace) == ()
    desk = workspace.paths.landing / "monitoring" / "predictions.ndjson"
    with desk.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"prediction_id": "p3", "model": "risk", "model_version": "1",
                               "at": "2026-06-05T00:00:00Z"}) + "\n")  # fmt: skip
    run(workspace, LATER + timedelta(hours=1))
    read = "select record_count, is_rewrite from quality.ingest where source_file like '%pred%'"
    assert asked(workspace, f"{read} order by ingested_at") == [(2, False), (0, True), (1, False)]
    assert findings(workspace.paths) == []


@ONCE
def test_the_same_plan_is_carried_out_once(erased: Erased) -> None:
    later = LATER + timedelta(hours=2)
    with pytest.raises(ConfigError, match="is carried out"):
        applied(erased.workspace, erased.digest, later)
    again = planned(erased.workspace, later).plan
    assert [item for item in again.items if item.sought == "found"] == []


def test_nothing_is_erased_unless_that_is_asked_for_and_approved(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    plan = planned(workspace)
    done = applied(workspace, plan.digest, execute=False)
    assert {"to be erased", "to be asked"} == {*became(done).values()}
    with pytest.raises(ConfigError, match="0 of 2 approvals"):
        applied(workspace, plan.digest)
    assert told_of(workspace.paths.root, JANE)


def test_a_plan_is_carried_out_for_whom_it_was_made(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    plan = approved_plan(workspace)
    with pytest.raises(ConfigError, match="other identifiers") as refused:
        applied(workspace, plan.digest, identifiers=[OTHER])
    assert OTHER not in str(refused.value)
    with pytest.raises(ConfigError, match="other identifiers"):
        applied(workspace, plan.digest, identifiers=[KEY])


def test_what_came_after_the_plan_is_left_and_told(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    plan = approved_plan(workspace)
    late = workspace.paths.landing / "audit" / "generic" / "ledger-2.ndjson"
    late.write_text(line(KEY, 9), encoding="utf-8")
    done = applied(workspace, plan.digest, LATER + timedelta(hours=1))
    assert became(done)["file:landing/audit/generic/ledger-2.ndjson"] == "left"
    assert became(done)[f"file:{LEDGER}"] == "erased"
    assert late.read_text(encoding="utf-8") == line(KEY, 9)


def test_whoever_is_under_a_hold_is_kept(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    plan = approved_plan(workspace)
    said = Statement("hold_placed", {"actor": "cid", "reason": "a claim", "matter": "M1"})
    holding.place_hold(workspace, f"subject:{KEY}", said, when(LATER))
    done = applied(workspace, plan.digest, LATER + timedelta(hours=1))
    assert became(done)[f"file:{LEDGER}"] == "kept"
    assert told_of(workspace.paths.root, JANE)
    assert asked(workspace, "select count(*) from audit.event") == [(3,)]


def test_a_record_of_somebody_under_a_hold_is_kept_whoever_asks(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    said = Statement("hold_placed", {"actor": "cid", "reason": "a claim", "matter": "M1"})
    holding.place_hold(workspace, f"subject:{KEY}", said, when(LATER))
    plan = planned(workspace, LATER + timedelta(hours=1), [JANE])
    for actor in ("ada", "bob"):
        tell_approval(workspace, plan, actor, LATER + timedelta(hours=1))
    done = applied(workspace, plan.digest, LATER + timedelta(hours=2), [JANE])
    kept = {one.object_id: one for one in done.outcomes}[f"file:{LEDGER}"]
    assert (kept.became, kept.reason) == (
        "kept", "under a legal hold: it speaks of somebody who is",
    )  # fmt: skip
    assert asked(workspace, "select count(*) from audit.event") == [(3,)]
    [certificate] = asked(workspace, "select certificate from retention.disposition")
    assert json.loads(certificate[0])["verification"]["result"] == "partly gone"


def test_a_file_under_a_hold_is_kept_and_others_go(tmp_path: Path) -> None:
    workspace = peopled(tmp_path / "workspace")
    said = Statement("hold_placed", {"actor": "cid", "reason": "a claim", "matter": "M1"})
    holding.place_hold(workspace, f"file:{LEDGER}", said, when(LATER))
    done = applied(workspace, approved_plan(workspace, LATER + timedelta(hours=1)).digest,
                   LATER + timedelta(hours=2))  # fmt: skip
    assert became(done)[f"file:{LEDGER}"] == "kept"
    assert became(done)["file:landing/monitoring/predictions.ndjson"] == "erased"
    assert asked(workspace, "select count(*) from audit.event") == [(3,)]


LAWFUL = """
[obligations]
frameworks = [{frameworks}]

[retention.mine]
of = "audit log"
minimum = "P5Y"
basis = "{basis}"
clause = "some act"
"""


@pytest.mark.parametrize(
    ("basis", "course"), [("law", "decide"), ("guidance", "erase"), ("house", "erase")]
)
def test_a_minimum_of_the_house_never_stands_against_an_erasure(
    tmp_path: Path, basis: str, course: str
) -> None:
    policy = POLICY + LAWFUL.format(frameworks="", basis=basis)
    workspace = peopled(tmp_path / "workspace", policy)
    found = {item.object_id: item.course for item in planned(workspace).plan.items}
    assert found[f"file:{LEDGER}"] == course


def test_what_the_law_of_the_union_keeps_is_kept(tmp_path: Path) -> None:
    frameworks = '"eu-ai-act"'
    policy = POLICY + LAWFUL.format(frameworks=frameworks, basis="house")
    late = LATER.replace(year=2028)
    ledger = {"audit/generic/ledger-3.ndjson": [line(KEY, 1).replace("2026", "2028")]}
    workspace = peopled(tmp_path / "workspace", policy, ledger)
    run(workspace, late)
    found = {
        item.object_id: (item.course, item.reason) for item in planned(workspace, late).plan.items
    }
    assert found["file:landing/audit/generic/ledger-3.ndjson"] == (
        "kept", "must stay, by AI Act: logs, six months, until 2028-11-01",
    )  # fmt: skip
    assert found[f"file:{LEDGER}"][0] == "erase"


def test_people_decide_about_what_the_lineage_rests_on(tmp_path: Path) -> None:
    from tests.builders import make_event

    named = make_event(run="r9", job=f"nightly-{JANE}", type="COMPLETE", outputs=["out"])
    by_name = make_event(run="r9", job=f"for {JANE}", type="COMPLETE", outputs=["out"])
    workspace = peopled(tmp_path / "workspace", more={"openlineage/named.ndjson": [named, by_name]})
    plan = approved_plan(workspace)
    found = [
        (item.course, len(item.records)) for item in plan.plan.items if "named" in item.object_id
    ]
    assert found == [("decide", 2)]
    done = applied(workspace, plan.digest)
    assert became(done)["file:landing/openlineage/named.ndjson"] == "to be decided"
    assert asked(workspace, f"select count(*) from lineage.node where name = 'for {JANE}'") == [
        (1,)
    ]


@pytest.mark.parametrize("of", [KEY, OTHER], ids=["as well", "its name alone"])
def test_a_file_that_is_called_after_the_person_is_left_to_people(tmp_path: Path, of: str) -> None:
    held = {f"audit/generic/ledger-{KEY}.ndjson": [line(of, 5)]}
    workspace = peopled(tmp_path / "workspace", more=held)
    plan = planned(workspace)
    found = [
        item
        for item in plan.plan.items
        if item.object_id.startswith("file:landing/audit/generic/ledger-x")
    ]
    assert [item.course for item in found] == ["decide"]
    kept = json.dumps(json.loads((workspace.paths.root / plan.file).read_bytes()))
    assert KEY not in kept


def test_people_decide_where_an_identifier_is_joined_to_a_longer_word(tmp_path: Path) -> None:
    workspace = peopled(
        tmp_path / "workspace", more={"audit/generic/ledger-5.ndjson": [line(f"eu-{KEY}", 5)]}
    )
    plan = approved_plan(workspace)
    found = {item.object_id: item.course for item in plan.plan.items}
    assert found["file:landing/audit/generic/ledger-5.ndjson"] == "decide"
    applied(workspace, plan.digest)
    told = "select resource_id, count(*) from audit.event group by all order by all"
    assert asked(workspace, told) == [(f"eu-{KEY}", 1), (OTHER, 2)]


@ONCE
def test_a_certificate_says_how_much_went_and_never_of_whom(erased: Erased) -> None:
    workspace, done = erased.workspace, erased.done
    files = sorted((workspace.paths.landing / "governance" / "acts").rglob("*.json"))
    acts = [json.loads(file.read_bytes()) for file in files]
    [kept] = [one for one in acts if one["type"] == "lineage.retention.erased.v1"]
    certificate = kept["data"]["certificate"]
    assert kept["data"]["certificate_sha256"] == done.certificate_sha256
    assert certificate["approved_by"] == ["ada", "bob"]
    assert certificate["trigger"]["clause"] == "GDPR Art 17(1)"
    assert {piece["place"]: piece["version"] for piece in certificate["subject"]["pieces"]} == {
        "landing/audit/generic/ledger-1.ndjson.gz": "1 records",
        "landing/compliance/requests.ndjson": "1 records",
        "landing/governance/desk.ndjson": "1 records",
        "landing/monitoring/predictions.ndjson": "1 records",
        "landing/openlineage/events.ndjson": "1 records",
    }
    states = asked(
        workspace,
        "select distinct state from retention.erasure "
        f"where plan_sha256 = '{erased.digest}' order by all",
    )
    assert states == [("asked",), ("erased",)]
