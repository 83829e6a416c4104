"""Signatures under acts, as the warehouse has judged them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage_pipeline import pipeline
from lineage_pipeline.formats.redaction.vocabulary import MASK
from lineage_pipeline.governance.acts import Act, append_act, unsigned_bytes
from lineage_pipeline.governance.signatures import ssh_signer
from lineage_pipeline.warehouse.act_signatures import judge_act, signed_bytes
from lineage_pipeline.warehouse.query import open_warehouse
from tests.governance.ssh import Key, made_key, openssh_accepts, ssh_keygen
from tests.workspaces import CLOCK, published_workspace, tables

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

AT = 1_788_000_000_000_000
MODEL = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"
DATA = {"actor": "priya@example.org", "stage": "technical", "reason": "sound, 100 % \u2013 ok",
        "submission": "sha256:1"}  # fmt: skip


def approval(**more: Any) -> Act:
    return Act(name="approved", subject=MODEL, at=AT, data={**DATA, **more})


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    return made_key(tmp_path_factory.mktemp("ssh"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return published_workspace(tmp_path / "workspace")


def land(workspace: Workspace, name: str, event: dict[str, Any]) -> None:
    file = workspace.paths.landing / "governance" / name
    file.write_bytes(msgspec.json.encode(event) + b"\n")


def event_of(act: Act, key: Key) -> dict[str, Any]:
    signature = ssh_signer(key.file)(unsigned_bytes(act))
    return {**msgspec.json.decode(unsigned_bytes(act)), "signature": signature}


def verdicts(workspace: Workspace) -> list[tuple[Any, ...]]:
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    with open_warehouse(workspace.paths) as warehouse:
        found = warehouse.query(
            "select document.body ->> '$.data.reason', signature.status, signature.public_key, "
            "signature.reason, signature.ingested_at = document.ingested_at "
            "from silver.act_signature as signature "
            "join silver.document as document using (document_id) order by all"
        )
        return list(found.rows)


def test_a_signed_act_is_valid(workspace: Workspace, key: Key, tmp_path: Path) -> None:
    append_act(workspace.paths, approval(), ssh_signer(key.file))
    assert verdicts(workspace) == [(DATA["reason"], "valid", key.line, "", True)]
    with open_warehouse(workspace.paths) as warehouse:
        ((body,),) = warehouse.query("select body::varchar from silver.document").rows
    event = msgspec.json.decode(body)
    signature = event.pop("signature")
    assert openssh_accepts(signature, signed_bytes(event), key.line, tmp_path)
    assert signed_bytes(event) == unsigned_bytes(approval())


def test_an_altered_act_is_not(workspace: Workspace, key: Key) -> None:
    good = event_of(approval(), key)
    data = good["data"]
    altered = [
        {**good, "data": {**data, "reason": "other"}},
        {**good, "subject": MODEL.replace(":3", ":4")},
        {**good, "time": "2026-09-07T14:10:00Z"},
        {**good, "id": "0" * 32},
        {**good, "data": {**data, "more": None}},
        {**good, "data": {**data, "reason": "no text", "submission": "sha256:2"}},
    ]
    for number, event in enumerate(altered):
        land(workspace, f"{number}.json", event)
    assert {row[1:] for row in verdicts(workspace)} == {
        ("invalid", key.line, "the key did not sign this", True)
    }


def test_order_and_spaces_of_an_act_do_not_count(workspace: Workspace, key: Key) -> None:
    good = event_of(approval(), key)
    text = json.dumps(dict(reversed(good.items())), indent=1, ensure_ascii=True)
    (workspace.paths.landing / "governance" / "a.json").write_text(text, encoding="utf-8")
    assert [row[1] for row in verdicts(workspace)] == ["valid"]


def test_what_was_masked_is_unverifiable(workspace: Workspace, key: Key) -> None:
    land(workspace, "a.json", event_of(approval(reason="password=hunter2"), key))
    land(workspace, "b.json", event_of(approval(reason=f"with {MASK}"), key))
    forged = event_of(approval(), key)
    land(workspace, "c.json", {**forged, "data": {**DATA, "reason": f"token={MASK}"}})
    found = verdicts(workspace)
    assert [row[1] for row in found] == ["unverifiable"] * 3
    assert all(MASK in row[3] and row[2] == key.line for row in found)


def test_what_is_no_signature_is_told(workspace: Workspace, key: Key) -> None:
    event = msgspec.json.decode(unsigned_bytes(approval()))
    for number, told in enumerate(("", "yes", 7, True, ["x"], {"by": "me"})):
        land(workspace, f"{number}.json", {**event, "signature": told})
    found = verdicts(workspace)
    assert {row[1:3] for row in found} == {("invalid", None)}
    assert len(found) == 6
    assert {row[3] for row in found} == {"it is no text", "it is no SSH signature in armor"}


def test_nothing_is_told_of_acts_without_one(workspace: Workspace) -> None:
    append_act(workspace.paths, approval())
    event = msgspec.json.decode(unsigned_bytes(approval(reason="null")))
    land(workspace, "null.json", {**event, "signature": None})
    assert verdicts(workspace) == []


def test_a_signature_for_something_else_is_invalid(workspace: Workspace, key: Key) -> None:
    data = unsigned_bytes(approval())
    done = ssh_keygen("-Y", "sign", "-f", str(key.file), "-n", "git", data=data)
    signature = done.stdout.decode()
    land(workspace, "a.json", {**msgspec.json.decode(data), "signature": signature})
    ((_, status, line, reason, _),) = verdicts(workspace)
    assert (status, line) == ("invalid", key.line)
    assert reason == "it was made for another use than lineage-governance"


def test_a_signature_in_other_documents_is_none(workspace: Workspace) -> None:
    for folder, name in (("registry/files", "m.json"), ("monitoring", "p.json")):
        file = workspace.paths.landing / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        event = {"name": "m", "versions": [{"version": "1"}], "signature": "x"}
        other = {"prediction_id": "p", "model": "m", "model_version": "1",
                 "at": "2026-05-11T09:00:00Z", "signature": "x"}  # fmt: skip
        file.write_text(json.dumps(event if name == "m.json" else other), encoding="utf-8")
    assert verdicts(workspace) == []


def test_each_act_is_judged_once_and_a_rebuild_finds_the_same(
    workspace: Workspace, key: Key
) -> None:
    good = event_of(approval(), key)
    land(workspace, "a.json", good)
    first = verdicts(workspace)
    land(workspace, "again.json", good)
    land(workspace, "b.json", {**good, "data": {**DATA, "reason": "other"}})
    second = verdicts(workspace)
    assert [row for row in second if row in first] == first
    assert len(second) == 2
    before = tables(workspace, "silver")["silver.act_signature"]
    pipeline.publish_warehouse(workspace, from_nothing=True)
    assert tables(workspace, "silver")["silver.act_signature"] == before


def test_numbers_that_have_no_one_form_are_unverifiable(key: Key) -> None:
    text = unsigned_bytes(approval(weight=5)).decode()
    for number in ("1e999", "1" + "0" * 40, "1" + "0" * 400):
        body = text.replace('"weight":5', f'"weight":{number}')
        judged = judge_act(body.replace("{", '{"signature":"x",', 1))
        assert judged.status in ("unverifiable", "invalid")
        assert judged.status != "valid"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=9)
        | st.floats(allow_nan=False, allow_infinity=False),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)  # fmt: skip
def test_what_is_signed_is_what_is_read_again(value: object) -> None:
    data = unsigned_bytes(approval(more=value))
    assert signed_bytes(msgspec.json.decode(data)) == data
    event = msgspec.json.decode(data)
    told = msgspec.json.encode({**event, "signature": "x"}, order="sorted")
    again = msgspec.json.decode(told)
    assert again.pop("signature") == "x"
    assert signed_bytes(again) == data
