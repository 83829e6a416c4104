"""`lineage why`: the ways behind a tag, and what is said where none leads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.workspace import Workspace as Lineage
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.pipeline import Workspace


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """a.mail is personal and goes to b.mail from the second hour on, hashed to b.key."""
    workspace = published_workspace(tmp_path_factory.mktemp("tagged") / "workspace")
    lineage = {"mail": ["a.mail"], "key": [["a.mail", "DIRECT/TRANSFORMATION/masked"]]}
    events = [
        make_event(dataset={"name": "a", "tags": {"pii@mail": "direct", "licence": "one"}}, at=1),
        make_event(
            run="r1",
            type="COMPLETE",
            at=2,
            inputs=["a"],
            outputs=[{"name": "b", "columnLineage": lineage}],
        ),
    ]
    deliver(workspace, {"events": events}, CLOCK)
    return workspace


@pytest.fixture
def ask(lineage: Callable[..., Any], tagged: Workspace) -> Callable[..., Any]:
    """Ask why of the tagged workspace."""
    return lambda *arguments: lineage("why", *arguments, "-w", tagged.paths.root)


def test_each_tag_is_told_from_where_it_is_declared(ask: Callable[..., Any]) -> None:
    result = ask("dataset:db:b", "--field", "mail", "--tag", "pii")
    assert result.code == 0
    assert "tagged pii=direct by nobody named, as a dataset event states" in result.out
    assert "of mail, not said to be masked, by job:db:job" in result.out
    assert "licence" not in result.out
    assert "coverage: 2 events" in result.err


def test_a_category_is_a_name_for_its_tags(ask: Callable[..., Any]) -> None:
    asked = ("dataset:db:b", "--field", "mail", "--format", "json")
    told = json.loads(ask(*asked, "--tag", "personal-data").out)
    assert [(row["key"], row["step"], row["status"]) for row in told] == [
        ("pii", 0, "declared"),
        ("pii", 1, "derived"),
    ]
    assert {row["key"] for row in json.loads(ask(*asked).out)} == {"pii", "licence"}


def test_where_no_tag_leads_it_is_no_proof_of_nothing(ask: Callable[..., Any]) -> None:
    for more in ((), ("--as-of", "2026-01-01T01:30Z"), ("--known-at", "2026-05-01")):
        result = ask("dataset:db:b", "--field", "key", *more, "--format", "json")
        assert (result.code, json.loads(result.out)) == (0, [])
        assert "no proof that there is nothing to declare" in result.err


def test_a_node_that_is_not_tagged_as_a_whole_names_its_fields(ask: Callable[..., Any]) -> None:
    result = ask("dataset:db:b", "--format", "json")
    assert json.loads(result.out) == []
    assert "note: tags reach its fields mail; ask --field" in result.err
    assert "no proof" not in result.err
    assert "note" not in ask("dataset:db:a", "--tag", "licence", "--field", "mail").err
    assert "no proof" in ask("dataset:db:b", "--tag", "special-category").err


def test_unknown_names_are_refused(ask: Callable[..., Any]) -> None:
    assert ask("dataset:db:nothing").code == 2
    assert ask("dataset:db:b", "--field", "mial").code == 2


def test_python_answers_the_same(tagged: Workspace) -> None:
    lineage = Lineage(tagged.paths.root)
    frame = lineage.classification()
    b_rows = frame.filter(node_id="dataset:db:b").select("field", "key", "status").rows()
    assert b_rows == [("mail", "licence", "derived"), ("mail", "pii", "derived")]
    assert lineage.classification(as_of="2026-01-01T01:30Z").height == 3
    assert lineage.why("dataset:db:b", "mail", tag="pii")["basis"].to_list() == [
        "declared",
        "column",
    ]
