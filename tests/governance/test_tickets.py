"""Decisions of ticket systems: what each declaration makes of fixtures, and of what is hostile."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.formats.audit import generic_mappings, recognise
from lineage_pipeline.settings.lineage_toml import parse_settings
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.formats.audit.chunks import as_bytes, read
from tests.governance.tickets import approver, github, gitlab, jira, servicenow
from tests.workspaces import CLOCK, deliver_documents, published_workspace

if TYPE_CHECKING:
    from lineage_pipeline.formats.audit import AuditMapping
    from lineage_pipeline.pipeline import Workspace

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "tickets"
NAMES = ("github", "gitlab", "jira", "servicenow")
NODE = "modelVersion:mlflow://mlflow.example.org:credit-risk:3"


def declaration(name: str) -> str:
    return (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")


def mapping_of(name: str) -> AuditMapping:
    declared = parse_settings(tomllib.loads(declaration(name)), name).audit.generic
    (found,) = generic_mappings(declared).values()
    return found


MAPPINGS = {name: mapping_of(name) for name in NAMES}


def row(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the one row that a declaration makes of a body."""
    found = read(MAPPINGS[name], [as_bytes(body)])
    assert found.rejected == []
    (made,) = found.rows.to_pylist()
    return dict(made)


def told(name: str, *bodies: dict[str, Any], model: str | None = "credit-risk") -> list[Any]:
    """Return decision, stage, actor, version, when and by what it ended, of bodies in any order."""
    results = {}
    for order in (bodies, tuple(reversed(bodies))):
        results[order is bodies] = decided([{"source": name, **row(name, one)} for one in order])
    assert results[True] == results[False]
    return results[True]


def decided(events: list[dict[str, Any]], known_at: str = "2026-10-01") -> list[Any]:
    """Return what `step.ticket_decision` holds where these events were told, each once."""
    with duckdb.connect(":memory:") as connection:
        run = connection.execute
        run("set timezone = 'UTC'")
        for schema in ("step", "silver", "registry", "bronze"):
            run(f"create schema {schema}")
        run("create table registry.model_version as select 'mlflow://mlflow.example.org' as "
            "registry, name, version, 'modelVersion:mlflow://mlflow.example.org:' || name || ':' "
            "|| version as version_node_id, 'model:mlflow://mlflow.example.org:' || name as "
            "model_node_id, null::timestamptz as known_to_at from (values ('credit-risk', '3'), "
            "('credit-risk', '4')) as listed(name, version)")  # fmt: skip
        run("create table step.new_batch as select 'b' as batch_id")
        # Each is told once here: nothing occurs again.
        run("create table step.audit_occurrence (event_id blob)")
        columns = ("source", "action", "category", "activity_id", "outcome", "occurred_at",
                   "actor_id", "model_key", "model_version", "resource_type", "resource_id",
                   "resource_name", "environment", "reason", "ticket_ref", "attrs",
                   "is_interim")  # fmt: skip
        run("create table bronze.audit_event (event_id blob, batch_id varchar, source_file varchar,"
            " source_offset bigint, ingested_at timestamptz, source varchar, action varchar,"
            " category varchar, activity_id utinyint, outcome varchar, occurred_at timestamptz,"
            " actor_id varchar, model_key varchar, model_version varchar, resource_type varchar,"
            " resource_id varchar, resource_name varchar, environment varchar, reason varchar,"
            " ticket_ref varchar, attrs varchar, is_interim boolean)")  # fmt: skip
        places = ", ".join("?" for _ in columns)
        for event in events:
            run(
                "insert into bronze.audit_event values (encode(?), 'b', 'f', 0, '2026-09-30', "
                f"{places})",
                [str(event["source_event_id"]), *(event.get(column) for column in columns)],
            )
        (model_event,) = [f for f in stage_files("audit") if f.object == "silver.model_event"]
        (decision,) = [f for f in stage_files("governance") if f.object == "step.ticket_decision"]
        run(model_event.statements)
        run("set variable known_at = ?::timestamptz", [known_at])
        run(decision.statements)
        return run(
            "select decision, stage, actor_id, version_node_id, ended_by, ticket_ref "
            "from step.ticket_decision order by decided_at, act_id"
        ).fetchall()


# What each declaration makes of what is right.


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("github", github(),
         ("approved", "northwind/model-releases", "priya-nair", NODE, None,
          "northwind/model-releases#42")),
        ("github", github("changes_requested"),
         ("rejected", "northwind/model-releases", "priya-nair", NODE, None,
          "northwind/model-releases#42")),
        ("gitlab", gitlab(),
         ("approved", "northwind/releases", "tomas.herrera", NODE, None, "northwind/releases!17")),
        ("gitlab", gitlab("approval", at="2026-09-28T15:30:00Z"),
         ("approved", "northwind/releases", "tomas.herrera", NODE, None, "northwind/releases!17")),
        ("jira", jira(),
         ("approved", "Compliance approval", "ingrid@example.org", NODE, None, "GOV-7")),
        ("jira", jira(after="Declined", others=0),
         ("rejected", "Compliance approval", "ingrid@example.org", NODE, None, "GOV-7")),
        ("servicenow", approver(),
         ("approved", "Release managers", "oscar@example.org", NODE, None, "CHG0030002")),
        ("servicenow", approver("rejected"),
         ("rejected", "Release managers", "oscar@example.org", NODE, None, "CHG0030002")),
    ],
)  # fmt: skip
def test_a_decision_is_read(name: str, body: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert told(name, body) == [expected]
    made = row(name, body)
    assert made["occurred_at"].isoformat() == "2026-09-28T15:30:00+00:00"
    assert made["category"] == "approve"
    if name != "gitlab":
        assert made["reason"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("github", github("commented")),
        ("github", github(action="edited")),
        ("gitlab", gitlab("open")), ("gitlab", gitlab("update")), ("gitlab", gitlab("merge")),
        ("jira", jira("Waiting", "In Review")),
        ("jira", jira(event="jira:issue_deleted") | {"changelog": {"id": "1", "items": []}}),
        ("servicenow", approver("requested")), ("servicenow", approver("not requested")),
        ("servicenow", approver("cancelled")), ("servicenow", approver("Approved")),
    ],
)  # fmt: skip
def test_what_decides_nothing_is_no_decision(name: str, body: dict[str, Any]) -> None:
    assert told(name, body) == []


@pytest.mark.parametrize("others", [0, 1, 2, 5])
def test_a_change_of_status_is_found_among_others(others: int) -> None:
    assert [each[0] for each in told("jira", jira(others=others))] == ["approved"]


# What ends a decision.

LATER = "2026-09-29T09:00:00Z"


def test_a_dismissed_review_stands_no_more() -> None:
    dismissed = github("dismissed", action="dismissed", changed=LATER, sender="jonas-weber")
    ((decision, *_, ended_by, _),) = told("github", github(), dismissed)
    assert (decision, ended_by) == ("approved", "withdrawn")
    assert row("github", dismissed)["occurred_at"].isoformat() == "2026-09-29T09:00:00+00:00"
    assert json.loads(row("github", dismissed)["attrs"])["sender"] == "jonas-weber"


def test_a_dismissal_without_its_reviewer_ends_all() -> None:
    """GitHub names nobody where the account is gone."""
    gone = github("dismissed", action="dismissed", user=None, changed=LATER)
    other = github(user="hana-novak", review=81)
    assert {each[4] for each in told("github", github(), other, gone)} == {"withdrawn"}


def test_a_second_review_takes_the_place_of_the_first() -> None:
    second = github("changes_requested", at=LATER, review=81)
    assert [(each[0], each[4]) for each in told("github", github(), second)] == [
        ("approved", "decided again"), ("rejected", None),
    ]  # fmt: skip


def test_a_comment_or_an_edit_changes_no_decision() -> None:
    comment = github("commented", at=LATER, review=81)
    edited = github("changes_requested", action="edited", changed=LATER, text="Never mind.")
    assert [(each[0], each[4]) for each in told("github", github(), comment, edited)] == [
        ("approved", None)
    ]


def test_a_review_of_one_person_leaves_that_of_another() -> None:
    other = github("changes_requested", user="hana-novak", at=LATER, review=81)
    assert [(each[0], each[4]) for each in told("github", github(), other)] == [
        ("approved", None), ("rejected", None),
    ]  # fmt: skip


def test_decisions_at_one_instant_are_taken_at_their_worst() -> None:
    found = told("github", github(review=90), github("changes_requested", review=80))
    assert sorted((each[0], each[4]) for each in found) == [
        ("approved", "decided again"), ("rejected", None),
    ]  # fmt: skip


def test_approvals_of_gitlab_are_taken_back_by_their_giver_or_by_a_push() -> None:
    other = gitlab("approval", user="lena.fischer", at="2026-09-28 16:00:00 UTC")
    own = gitlab("unapproved", at="2026-09-29 09:00:00 UTC")
    assert [each[4] for each in told("gitlab", gitlab(), other, own)] == ["withdrawn", None]
    for action in ("unapproved", "unapproval", "update"):
        push = gitlab(action, user="jonas.weber", at="2026-09-29 09:00:00 UTC",
                      reset="approvals_reset_on_push")  # fmt: skip
        found = told("gitlab", gitlab(), other, push)
        assert [each[4] for each in found] == ["withdrawn", "withdrawn"]


def test_a_ticket_that_moves_on_is_not_decided_any_more() -> None:
    back = jira("Approved", "Waiting", user="jonas@example.org", at=1_790_700_000_000, change="2")
    assert [(each[0], each[4]) for each in told("jira", jira(), back)] == [
        ("approved", "withdrawn")
    ]
    again = jira(at=1_790_800_000_000, change="3")
    assert [each[4] for each in told("jira", jira(), back, again)] == ["withdrawn", None]


def test_a_ticket_that_is_decided_anew_is_decided_whoever_moves_it() -> None:
    other = jira("Approved", "Rejected", user="jonas@example.org", at=1_790_700_000_000, change="2")
    found = told("jira", jira(), other)
    assert [(each[0], each[4]) for each in found] == [
        ("approved", "decided again"), ("rejected", None),
    ]  # fmt: skip


def test_a_summary_that_was_edited_does_not_save_an_approval() -> None:
    back = jira("Approved", "Waiting", at=1_790_700_000_000, change="2", summary="nothing")
    assert [each[4] for each in told("jira", jira(), back)] == ["withdrawn"]


def test_a_deleted_ticket_leaves_what_was_decided() -> None:
    deleted = jira(event="jira:issue_deleted", at=1_790_700_000_000)
    deleted["changelog"] = {"id": "9", "items": []}
    assert [each[4] for each in told("jira", jira(), deleted)] == [None]


def test_a_record_of_servicenow_is_what_it_was_last() -> None:
    for state in ("requested", "cancelled", "not_required", "anything"):
        later = approver(state, at="2026-09-29 09:00:00", by="admin")
        assert [each[4] for each in told("servicenow", approver(), later)] == ["withdrawn"]
    rejected = approver("rejected", at="2026-09-29 09:00:00")
    assert [(each[0], each[4]) for each in told("servicenow", approver(), rejected)] == [
        ("approved", "decided again"), ("rejected", None),
    ]  # fmt: skip


def test_what_is_known_later_is_not_known_before() -> None:
    events = [{"source": "github", **row("github", github())}]
    assert decided(events, "2026-09-29") == []
    assert len(decided(events, "2026-09-30")) == 1


# Hostile texts, foreign events, names that fit nothing.

HTML = "<script>alert(1)</script>'); drop table silver.document; --\u202e\u0000"


def test_hostile_text_is_text() -> None:
    body = github(text=HTML, title=HTML, user="<b>priya</b>")
    made = row("github", body)
    assert made["reason"] in (HTML, HTML.replace("\u0000", "\ufffd"))
    assert told("github", github(text=HTML, user="<b>x</b>"))[0][2] == "<b>x</b>"


@pytest.mark.parametrize(
    "branch",
    ["main", "release/credit-risk", "release/credit-risk/3/x", "x/release/credit-risk/3",
     "release/credit risk/3", "release//3", "release/<b>/3", "release/credit-risk/9",
     "release/credit-risk/03", "release/Credit-Risk/3", "release/credit-risk/3\nx"],
)  # fmt: skip
def test_a_branch_that_names_no_version_decides_on_none(branch: str) -> None:
    assert [each[3] for each in told("github", github(branch=branch))] == [None]
    assert [each[3] for each in told("gitlab", gitlab(branch=branch))] == [None]


NAMELESS = ["", "credit-risk 3", "[credit-risk/3] or [credit-risk/9]", "[credit-risk/3] no",
            "[credit-risk/]", "[a/b/c]"]  # fmt: skip


@pytest.mark.parametrize("subject", NAMELESS)
def test_a_summary_that_names_no_version_decides_on_none(subject: str) -> None:
    assert [each[3] for each in told("jira", jira(summary=subject))] == [None]
    assert [each[3] for each in told("servicenow", approver(subject=subject))] == [None]


def test_bodies_of_one_system_are_not_those_of_another() -> None:
    bodies = {"github": github(), "gitlab": gitlab(), "jira": jira(), "servicenow": approver()}
    for name, body in bodies.items():
        found = recognise(as_bytes(body), MAPPINGS.values())
        assert found is not None
        assert found is MAPPINGS[name]
    for nothing in ({}, {"action": "submitted"}, {"approved": True}, {"result": "no"}):
        assert recognise(as_bytes(nothing), MAPPINGS.values()) is None


def test_a_deletion_elsewhere_ends_nothing_here() -> None:
    """The same ticket's name in another system is another ticket."""
    events = [
        {"source": "jira", **row("jira", jira())},
        {"source": "servicenow", **row("servicenow", approver("cancelled")),
         "ticket_ref": "GOV-7"},
    ]  # fmt: skip
    assert [each[4] for each in decided(events)] == [None]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a workspace with all four declarations and one of somebody else."""
    forged = (
        "[audit.generic.loan-desk]\nfiles = 'loan-desk-*'\n"
        "[audit.generic.loan-desk.columns]\noccurred_at = '$.at'\naction = '$.action'\n"
        "actor_id = '$.actor'\nmodel_key = '$.model'\nmodel_version = '$.version'\n"
        "ticket_ref = '$.ticket'\n[audit.generic.loan-desk.rules]\n"
        "category = [{ of = 'action', matches = 'approved', value = 'approve' }]\n"
        "outcome = [{ of = 'action', matches = '', value = 'success' }]\n"
    )
    made = published_workspace(
        tmp_path_factory.mktemp("tickets") / "workspace",
        "\n".join([*map(declaration, NAMES), forged]),
    )
    claim = {"at": "2026-09-28T15:30:00Z", "action": "approved", "actor": "devon@example.org",
             "model": "credit-risk", "version": "3", "ticket": "GOV-7",
             "source": "jira"}  # fmt: skip
    deliver_documents(
        made,
        {
            "registry/files/credit-risk.json":
                {"name": "credit-risk", "versions": [{"version": "3"}]},
            "audit/generic/github-reviews-1.ndjson": [github(), github(), {"action": "submitted"}],
            "audit/generic/gitlab-approvals-1.json": gitlab(),
            "audit/generic/jira-1.ndjson": [jira(), github(review=99)],
            "audit/generic/servicenow-approvals-1.json":
                servicenow(approver(), approver("rejected", id_="b" * 32, email="x@example.org")),
            "audit/generic/loan-desk-1.ndjson": claim,
            "audit/generic/unknown-1.ndjson": github(review=100),
        },
        CLOCK.replace(month=10),
    )  # fmt: skip
    return made


def test_decisions_are_read_by_a_run(workspace: Workspace) -> None:
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        found = warehouse.query(
            "select source, category, outcome, actor_id, model_key, model_version, ticket_ref "
            "from silver.model_event order by all"
        )
    assert list(found.rows) == [
        ("github-reviews", "approve", "success", "priya-nair", "credit-risk", "3",
         "northwind/model-releases#42"),
        ("gitlab-approvals", "approve", "success", "tomas.herrera", "credit-risk", "3",
         "northwind/releases!17"),
        ("jira", "approve", "success", "ingrid@example.org", "credit-risk", "3", "GOV-7"),
        ("loan-desk", "approve", "success", "devon@example.org", "credit-risk", "3", "GOV-7"),
        ("servicenow-approvals", "approve", "denied", "x@example.org", "credit-risk", "3",
         "CHG0030002"),
        ("servicenow-approvals", "approve", "success", "oscar@example.org", "credit-risk", "3",
         "CHG0030002"),
    ]  # fmt: skip


def test_an_event_is_of_the_source_whose_file_it_stands_in(workspace: Workspace) -> None:
    """What a record says of its own source does not count, and a foreign one is set aside."""
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        aside = warehouse.query(
            "select regexp_extract(source_file, '[^/]+$'), count(*) from quality.quarantine "
            "group by all order by all"
        )
    assert list(aside.rows) == [("github-reviews-1.ndjson", 1), ("jira-1.ndjson", 1)]
