"""What others delete: asked for, confirmed by people, and certified as said, not as seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lineage_pipeline.disposal.certificate import Certificate
from lineage_pipeline.disposal.confirming import certify_all, confirm
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.release.acting import Statement
from lineage_pipeline.warehouse.query import open_warehouse
from tests.acts import in_full
from tests.builders import make_event
from tests.disposal.kept import (
    NAMESPACE,
    OVER,
    POLICY,
    applied,
    approved_plan,
    became,
    called,
    dispositions,
    elsewhere,
    hold,
    kept_workspace,
    planned,
)
from tests.evidence.sealed import findings
from tests.governed import when
from tests.workspaces import deliver, deliver_documents

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.disposal.confirming import Confirmed
    from lineage_pipeline.pipeline import Workspace

ASKED = OVER + timedelta(minutes=1)
SAID = OVER + timedelta(days=2)
ANONYMISED = POLICY.replace("clause =", 'action = "anonymise"\nclause =')


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace whose datasets lie where this program cannot delete."""
    made = kept_workspace(tmp_path, ("old", "older"))
    return elsewhere(made)


def asked(workspace: Workspace) -> str:
    """Ask others by a plan; return its digest."""
    plan = approved_plan(workspace)
    done = applied(workspace, plan.digest, ASKED)
    assert became(done) == {"old": "asked of others", "older": "asked of others"}
    return plan.digest


def confirmed(workspace: Workspace, name: str, actor: str, at: datetime = SAID) -> Confirmed:
    said = Statement("disposal_confirmed", {"actor": actor, "reason": "dropped by hand"})
    return confirm(workspace, called(name), said, when(at))


def outstanding(workspace: Workspace, at: datetime = SAID) -> list[dict[str, Any]]:
    with open_warehouse(workspace.paths) as warehouse:
        answer = warehouse.ask("asked_of_others", as_of=at)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def certificate(workspace: Workspace, name: str) -> Certificate:
    with open_warehouse(workspace.paths) as warehouse:
        [(text,)] = warehouse.query(
            "select certificate::varchar from retention.disposition "
            f"where object_id = '{called(name)}' and certificate is not null"
        ).rows
    return msgspec.json.decode(text, type=Certificate)


def test_what_a_person_confirms_is_gone_and_certified_as_said(workspace: Workspace) -> None:
    plan = asked(workspace)
    assert [(one["object_id"], one["now"]) for one in outstanding(workspace)] == [
        (called("old"), "due"), (called("older"), "due"),
    ]  # fmt: skip
    done = confirmed(workspace, "old", "role/ada")
    assert (done.plan, done.objections) == (plan, ())
    assert done.certificate_sha256 is not None
    assert dispositions(workspace) == [
        (called("old"), "confirmed", True), (called("older"), "asked", False),
    ]  # fmt: skip
    made = certificate(workspace, "old")
    assert (made.method, made.tool, made.executed_by) == ("as confirmed", "not told", "not told")
    assert (made.verification.result, made.verification.verified_by) == ("not seen", "role/ada")
    assert (made.subject.pieces, made.covered) == ((), ())
    assert (made.trigger.rule, made.trigger.clause) == ("short", "house rule 7")
    assert made.approved_by == ("ada", "bob")
    assert "nothing of that was seen here" in made.scope
    assert [one["object_id"] for one in outstanding(workspace)] == [called("older")]
    assert findings(workspace.paths) == []
    with pytest.raises(ConfigError, match="was disposed of on"):
        confirmed(workspace, "old", "bob", SAID + timedelta(days=1))


def test_what_others_anonymise_stays_and_has_met_its_rule_until_it_is_written_anew(
    tmp_path: Path,
) -> None:
    workspace = kept_workspace(tmp_path, policy=ANONYMISED)
    plan = approved_plan(workspace)
    assert became(applied(workspace, plan.digest, execute=False)) == {
        "old": "to be asked of others"
    }
    assert became(applied(workspace, plan.digest, ASKED)) == {"old": "asked of others"}
    assert [(one["action"], one["now"]) for one in outstanding(workspace)] == [("anonymise", "due")]
    assert confirmed(workspace, "old", "mallory").objections
    done = confirmed(workspace, "old", "bob", SAID + timedelta(hours=1))
    assert (done.is_anonymised, done.objections) == (True, ())
    assert dispositions(workspace) == [(called("old"), "anonymised", True)]
    made = certificate(workspace, "old")
    assert "tells of nobody any more; nothing of that was seen here" in made.scope
    assert made.verification.result == "not seen"
    assert outstanding(workspace) == []
    assert (tmp_path / "data" / "old").exists()
    later = SAID + timedelta(days=90)
    assert planned(workspace, later).plan.items == ()
    again = make_event(run="r9", type="COMPLETE", outputs=["old"], at=later.isoformat())
    again["outputs"][0]["namespace"] = NAMESPACE
    deliver(workspace, {"again": [again]}, later)
    items = planned(workspace, later + timedelta(days=31)).plan.items
    assert [(one.object_id, one.action) for one in items] == [(called("old"), "anonymise")]


def test_who_is_no_person_of_the_policy_confirms_nothing(workspace: Workspace) -> None:
    asked(workspace)
    done = confirmed(workspace, "old", "mallory")
    assert done.objections == ("nobody knows who mallory is",)
    assert done.certificate_sha256 is None
    assert dispositions(workspace) == [
        (called("old"), "asked", False), (called("older"), "asked", False),
    ]  # fmt: skip
    assert (workspace.paths.root / done.file).is_file()
    assert confirmed(workspace, "old", "bob", SAID + timedelta(hours=1)).objections == ()


def test_what_nobody_was_asked_for_is_told_and_nothing_follows(workspace: Workspace) -> None:
    done = confirmed(workspace, "old", "bob")
    assert done.objections == ("nobody was asked by a plan to do anything about it",)
    assert done.certificate_sha256 is None
    with pytest.raises(ConfigError, match="there is no such object"):
        confirmed(workspace, "never", "bob")


def test_a_confirmation_that_came_by_file_counts_and_is_certified(workspace: Workspace) -> None:
    asked(workspace)
    at = f"{SAID:%Y-%m-%dT%H:%M:%SZ}"
    told = [
        {"act": "disposal_confirmed", "of": called("old"), "by": "bob", "at": at},
        {"act": "disposal_confirmed", "of": called("older"), "by": "mallory", "at": at},
    ]
    deliver_documents(workspace, in_full({"governance/others.ndjson": told}), SAID)
    assert (called("old"), "confirmed", False) in dispositions(workspace)
    assert certify_all(workspace, when(SAID + timedelta(hours=1))) == 1
    assert certify_all(workspace, when(SAID + timedelta(hours=2))) == 0
    assert dispositions(workspace) == [
        (called("old"), "confirmed", True), (called("older"), "asked", False),
    ]  # fmt: skip
    made = certificate(workspace, "old")
    assert (made.verification.verified_by, made.verification.result) == ("bob", "not seen")


def test_what_is_held_since_it_was_asked_is_told_so(workspace: Workspace) -> None:
    asked(workspace)
    hold(workspace, called("old"), SAID)
    assert {one["object_id"]: one["now"] for one in outstanding(workspace)} == {
        called("old"): "held", called("older"): "due",
    }  # fmt: skip
