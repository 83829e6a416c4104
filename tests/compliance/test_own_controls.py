"""Controls of one's own: SQL of strangers, which counts where it answers as a control does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.compliance.assessment import anew, published
from tests.compliance.estates import SETTINGS, land
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.compliance.assessment import Assessment
    from lineage_pipeline.pipeline import Workspace

SAID: Final[dict[str, Any]] = {
    "title": "every model has an owner", "requirement": "The registry names an owner.",
    "automation": "full", "population": "registered models", "clause": "house rule 12",
}  # fmt: skip
OWNED: Final = """
    select model_node_id as scope, model_node_id as object_id,
        if(owner is null, 'nobody owns it', null) as finding, known_from_at as since_at
    from registry.model where known_to_at is null
"""


def estate(folder: Path, owner: str | None, **controls: str) -> Workspace:
    """Return a workspace with a model and with controls of one's own."""
    workspace = published_workspace(folder / "workspace", SETTINGS)
    model = {"name": "churn", "registry": "db", "versions": [{"version": "1"}]}
    land(
        workspace,
        {
            "policy": {"control": {name: SAID | {"sql": sql} for name, sql in controls.items()}},
            "files": {"registry/files/churn.json": model | ({"owner": owner} if owner else {})},
        },
        "first",
    )
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    return workspace


def said(found: Assessment, control: str) -> tuple[str, str]:
    """Return the status of a control over all, and the reason."""
    rows = found.of_scope("organisation").control_status.filter(control_id=control)
    [(status, reason)] = rows.select("status", "reason").rows()
    return status, reason


def test_one_passes_where_no_member_is_an_exception(tmp_path: Path) -> None:
    workspace = estate(tmp_path, "ada", owned=OWNED)
    assert said(published(workspace.paths), "owned") == ("PASS", "no exception")


def test_one_fails_with_its_exceptions_under_the_scope_that_they_name(tmp_path: Path) -> None:
    workspace = estate(tmp_path, None, owned=OWNED)

    found = published(workspace.paths)

    assert said(found, "owned") == ("FAIL", "1 exception")
    exception = found.exception.filter(control_id="owned")
    assert exception.select("scope", "object_id", "finding", "since_at").rows() == [
        ("model:db:churn", "model:db:churn", "nobody owns it", CLOCK)
    ]


def test_it_says_the_same_at_the_same_time_asked_again(tmp_path: Path) -> None:
    workspace = estate(tmp_path, None, owned=OWNED)

    again = anew(workspace.paths, CLOCK, None)

    assert again.exception.equals(published(workspace.paths).exception)
    assert pipeline.check_warehouse(workspace) == []


def test_it_is_asked_of_the_instant_and_of_what_had_been_told(tmp_path: Path) -> None:
    sql = "select 'now' as object_id, $as_of::text || ' ' || $known_at::text as finding"
    workspace = estate(tmp_path, "ada", asked=sql)

    found = anew(workspace.paths, CLOCK + timedelta(days=1), CLOCK)

    [told] = found.exception.filter(control_id="asked")["finding"].to_list()
    assert told == f"{CLOCK + timedelta(days=1):%F %T}+00 {CLOCK:%F %T}+00"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select 1 as x", "it has no column 'object_id'"),
        ("select 'a' as object_id", "it has no column 'finding'"),
        ("select null::text as object_id, 'x' as finding", "a row of it has no object_id"),
        ("select 'a' as object_id, 7 as finding", "its column 'finding' is INTEGER"),
        ("select 'a' as object_id, null as finding, 'y' as colour", "it has a column 'colour'"),
        ("select 'a' as object_id, null as finding, 'soon' as since_at", "'since_at' is VARCHAR"),
        ("select 'a' || n as object_id, null as finding from range(100001) as t (n)", "more than"),
        ("copy (select 1) to 'out.csv'", "refused"),
        ("select content as object_id, null as finding from read_text('/etc/passwd')", "refused"),
        ("select a from nowhere", "is no relation of the warehouse"),
    ],
)  # fmt: skip
def test_what_does_not_answer_as_a_control_cannot_be_assessed(
    tmp_path: Path, sql: str, why: str
) -> None:
    workspace = estate(tmp_path, "ada", own=sql)

    status, reason = said(published(workspace.paths), "own")

    assert status == "NOT_ASSESSABLE"
    assert why in reason


def test_a_query_without_members_says_nothing(tmp_path: Path) -> None:
    sql = "select name as object_id, null as finding from registry.model where name = 'none'"
    workspace = estate(tmp_path, "ada", own=sql)
    assert said(published(workspace.paths), "own") == (
        "NOT_ASSESSABLE", "nothing to look at: no registered models",
    )  # fmt: skip
