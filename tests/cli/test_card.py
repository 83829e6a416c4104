"""`lineage card`: of the story's versions only one that was copied is contradicted."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lineage_pipeline.cards.formats import EXPORTS, RENDERINGS
from lineage_pipeline.cli import card as command
from lineage_pipeline.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Result
    from tests.conftest import Demo

END = "2026-10-12T06:00:00Z"
VERSIONS = (
    *(f"credit-risk@{number}" for number in (1, 2, 3, 4)),
    *(f"collections-priority@{number}" for number in (1, 2)),
    *(f"newsletter-ranking@{number}" for number in (1, 2, 3, 4)),
)


@pytest.fixture
def card(lineage: Callable[..., Result], demo: Demo) -> Callable[..., Result]:
    """Ask for a card on the last day of the story, unless another day is named."""

    def call(*arguments: object) -> Result:
        times = () if "--as-of" in arguments else ("--as-of", END)
        return lineage("card", *arguments, *times, "-w", demo.workspace.paths.root)

    return call


def history(result: Result) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(result.out)["history"]
    return found


def test_only_the_copied_card_is_contradicted(demo: Demo) -> None:
    asked = Workspace(demo.workspace.paths.root)

    states = {version: asked.card(version, as_of=END).state for version in VERSIONS}

    assert states == {**dict.fromkeys(VERSIONS, "complete"), "credit-risk@4": "contradicted"}


def test_a_contradiction_names_both_figures_and_both_sources(card: Callable[..., Result]) -> None:
    result = card("check", "credit-risk@4", "--format", "json")

    (finding,) = [row for row in json.loads(result.out) if row["kind"] == "finding"]
    assert result.code == 1
    assert (finding["stated"], finding["observed"]) == ("0.81", "0.74")
    assert finding["stated_source"] == "landing/registry/files/cards/credit-risk-4.yaml"
    assert finding["observed_source"].startswith("run 61d46ec11d7c50b8c37f662519f5a17b, document ")


def test_a_complete_card_ends_with_zero(card: Callable[..., Result]) -> None:
    result = card("check", "credit-risk@3", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert result.code == 0
    assert {(row["kind"], row["status"]) for row in rows} == {("section", "complete")}


def test_what_was_not_told_yet_is_missing(card: Callable[..., Result]) -> None:
    before = ("--as-of", "2026-09-10T12:00:00Z", "--known-at", "2026-09-14T06:00:00Z")

    assert card("check", "credit-risk@3", *before).code == 0
    result = card("check", "credit-risk@4", *before, "--format", "json")
    assert result.code == 1
    assert {row["status"] for row in json.loads(result.out)} == {"missing"}


def test_nothing_is_told_that_came_later(card: Callable[..., Result]) -> None:
    export = ("export", "credit-risk@2", "--format", "json", "--as-of")

    (served,) = history(card(*export, "2026-09-01"))["deployments"]
    (replaced,) = history(card(*export, END))["deployments"]

    assert (served["from_at"], served["to_at"]) == ("2026-06-18T09:00:10.377000Z", "")
    assert replaced["to_at"].startswith("2026-09-10T09:00")


def test_an_alert_is_open_until_it_closes(card: Callable[..., Result]) -> None:
    export = ("export", "credit-risk@3", "--format", "json", "--as-of")

    (during,) = history(card(*export, "2026-09-30"))["incidents"]
    (after,) = history(card(*export, END))["incidents"]

    assert (during["closed_at"], after["closed_at"]) == ("", "2026-10-01T15:48:00Z")


def test_a_deployment_that_three_sources_tell_of_is_one(card: Callable[..., Result]) -> None:
    found = history(card("export", "credit-risk@3", "--format", "json"))

    (deployment,) = found["deployments"]
    assert deployment["evidence_ref"] == "cloudevents, kubernetes, openlineage"
    assert deployment["environment"] == "production"


def test_approvals_that_do_not_count_say_why(card: Callable[..., Result]) -> None:
    (own,) = history(card("export", "credit-risk@4", "--format", "json"))["approvals"]
    others = history(card("export", "credit-risk@3", "--format", "json"))["approvals"]

    assert own["decision"] == "approved, but does not count: mia@example.org trained the version"
    assert [(one["stage"], one["decision"]) for one in others] == [
        (stage, "approved") for stage in ("technical", "business", "compliance", "deployment")
    ]
    assert others[2]["conditions"] == ["fairness report for self-employed applicants"]


def test_tags_of_personal_data_reach_the_card(card: Callable[..., Result]) -> None:
    def tags(version: str) -> list[str]:
        exported = json.loads(card("export", version, "--format", "json").out)
        found: list[str] = exported["training_data"][0]["personal_data_tags"]
        return found

    assert tags("credit-risk@3") == ["pii=quasi-identifier"]
    assert tags("credit-risk@4") == ["pii=direct-identifier", "pii=quasi-identifier"]
    assert tags("newsletter-ranking@3") == []


def test_the_tier_is_the_policys(card: Callable[..., Result]) -> None:
    exported = json.loads(card("export", "credit-risk@3", "--format", "json").out)

    assert exported["risk"]["tier"] == "high"
    assert exported["origins"]["risk.tier"].startswith("policy ")


def test_the_digest_of_the_card_is_that_of_the_export(
    card: Callable[..., Result], demo: Demo
) -> None:
    exported = card("export", "credit-risk@3", "--format", "json").out

    checked = Workspace(demo.workspace.paths.root).card("credit-risk@3", as_of=END).checked
    assert hashlib.sha256(exported.encode()).hexdigest() == checked.digest


@pytest.mark.parametrize("form", EXPORTS)
def test_every_form_is_exported(card: Callable[..., Result], form: str) -> None:
    result = card("export", "credit-risk@3", "--format", form)

    assert result.code == 0
    assert "credit-risk" in result.out
    if form == "yaml":
        assert yaml.safe_load(result.out)["overview"]["version"] == "3"


def test_forms_are_those_of_the_library() -> None:
    assert tuple(RENDERINGS) == command.RENDERINGS
    assert tuple(EXPORTS) == command.EXPORTS


def test_a_file_takes_its_form_from_its_ending(card: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "card.html"

    result = card("render", "credit-risk@3", "-o", file)

    assert (result.code, result.out) == (0, "")
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_rendering_says_that_a_card_is_contradicted(card: Callable[..., Result]) -> None:
    result = card("render", "credit-risk@4")

    assert result.code == 0
    assert "0.81" in result.out
    assert "the card is contradicted" in result.err


def test_an_unknown_version_names_near_ones(card: Callable[..., Result]) -> None:
    result = card("check", "credit-risk@9")

    assert result.code == 2
    assert "credit-risk@3" in result.err


def test_nothing_is_written(card: Callable[..., Result], demo: Demo) -> None:
    files = demo.workspace.paths.root.rglob("*")
    before = {file: file.stat().st_mtime_ns for file in files if file.is_file()}

    card("check", "credit-risk@4")

    assert {file: file.stat().st_mtime_ns for file in before} == before
    found = {file for file in demo.workspace.paths.root.rglob("*") if file.is_file()}
    assert found == set(before)


def test_a_notebook_shows_a_page_and_print_shows_markdown(demo: Demo) -> None:
    found = Workspace(demo.workspace.paths.root).card(
        "credit-risk@4", as_of=datetime(2026, 10, 12, 6, tzinfo=UTC)
    )

    assert repr(found) == "<card of credit-risk@4: contradicted>"
    assert found._repr_html_().startswith("<iframe sandbox srcdoc=")
    assert "# credit-risk" in str(found)
    assert found.findings["sentence"].len() == 1
    assert set(found.sections["status"]) == {"complete"}
