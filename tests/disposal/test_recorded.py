"""What people, registries and models wrote goes by a plan, and nothing beside it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lineage_pipeline.warehouse.query import open_warehouse
from tests.disposal.kept import applied, approved_plan, planned
from tests.disposal.test_reclaiming import told_of
from tests.evidence.sealed import findings
from tests.governed import POLICY as GOVERNED
from tests.governed import approved, governed, say_policy
from tests.workspaces import CLOCK, deliver_documents, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

POLICY = """
[retention.decisions]
of = "prediction"
maximum = "P30D"

[[person]]
id = "ada"

[[person]]
id = "bob"

[disposal]
people = ["ada", "bob"]
"""


def prediction(number: int, day: int) -> dict[str, Any]:
    return {
        "prediction_id": f"decision-{number}", "model": "risk", "model_version": "1",
        "at": f"2026-05-{day:02}T12:00:00Z", "score": 0.5,
    }  # fmt: skip


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def test_predictions_of_a_day_go_and_those_of_the_next_stay(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    say_policy(workspace, POLICY)
    held = [prediction(101, 1), prediction(202, 28), prediction(102, 1)]
    deliver_documents(workspace, {"monitoring/predictions.ndjson": held})
    at = CLOCK + timedelta(days=7)
    plan = approved_plan(workspace, at)
    [item] = plan.plan.due
    assert (item.object_id, item.piece_count) == ("prediction:risk:1:2026-05-01", 2)
    done = applied(workspace, plan.digest, at)
    assert [one.became for one in done.outcomes] == ["gone"]
    assert done.outcomes[0].certificate_sha256
    assert asked(workspace, "select prediction_id from registry.prediction") == [("decision-202",)]
    for gone in ("decision-101", "decision-102"):
        assert told_of(workspace.paths.root, gone) == []
    landed = (workspace.paths.landing / "monitoring" / "predictions.ndjson").read_text("utf-8")
    assert [json.loads(line) for line in landed.splitlines() if line.strip()] == [held[1]]
    assert findings(workspace.paths) == []
    assert planned(workspace, at + timedelta(hours=1)).plan.due == ()


def test_an_approval_goes_with_its_file(tmp_path: Path) -> None:
    workspace = approved(governed(tmp_path / "workspace"))
    rule = '\n[retention.approvals]\nof = "approval"\nmaximum = "P30D"\n'
    say_policy(workspace, GOVERNED + rule + '\n[disposal]\npeople = ["ada", "bob"]\n')
    at = CLOCK + timedelta(days=60)
    plan = approved_plan(workspace, at)
    before = asked(workspace, "select distinct act_id from governance.approval")
    assert {item.object_id for item in plan.plan.due} == {f"approval:{act}" for (act,) in before}
    done = applied(workspace, plan.digest, at)
    assert {one.became for one in done.outcomes} == {"gone"}
    assert asked(workspace, "select * from governance.approval") == []
    acts = (workspace.paths.landing / "governance" / "acts").rglob("*.json")
    said = {json.loads(file.read_bytes())["type"] for file in acts}
    assert "lineage.governance.approved.v1" not in said
    assert "lineage.governance.submitted.v1" in said
    assert findings(workspace.paths) == []
