"""Annotations and summaries: each line one command of ours, and markup that shows text alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from lineage_pipeline.governance.outputs.github import append_summary, as_commands
from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.markdown import as_markdown
from tests.governance.outputs.decisions import (
    ASKED,
    CONSENT,
    PERFORMANCE,
    REGISTERED,
    WAIVED,
    circumstances,
    decided,
    decisions,
)
from tests.governance.outputs.runner import Command, obeyed

if TYPE_CHECKING:
    from pathlib import Path

    from markdown_it.token import Token

    from lineage_pipeline.governance.decision import Circumstances, Decision

DENIED = """\
::error title=gate%3A credit-risk@4::credit-risk@4 must not be deployed to production: \
1 gate fails, 1 gate lacks evidence, 1 gate is waived
::error title=gate%3A performance::On holdout/credit_2026h1 the AUC is 0.74.%0A\
found auc 0.74, asked for auc >= 0.78%0A\
next: Train a better model, or ask model-risk@example.org for a waiver.
::warning title=gate%3A consent::Nothing says on what basis training/credit_2026w41 holds \
personal data.%0Anext: State the consent of the dataset in an attestation.
::notice title=gate%3A fairness::waived by act:waiver-17: The gap between age groups is 0.09.%0A\
found gap 0.09, asked for gap <= 0.05
"""
ALLOWED = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open",
    "bullet_list_close", "list_item_open", "list_item_close", "table_open", "table_close",
    "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open",
    "th_close", "td_open", "td_close", "inline",
}  # fmt: skip


def tokens_of(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def shown(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def test_a_denial_is_an_error_with_its_gates() -> None:
    assert as_commands(decided(REGISTERED, CONSENT, PERFORMANCE, WAIVED), ASKED) == DENIED


def test_while_a_tier_is_observed_all_are_notices() -> None:
    lines = as_commands(decided(PERFORMANCE, CONSENT, mode="observing"), ASKED).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("::notice ") for line in lines)
    assert "would deny" in lines[0]


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_each_line_is_the_command_that_we_gave(decision: Decision, asked: Circumstances) -> None:
    text = as_commands(decision, asked)
    lines = text.removesuffix("\n").split("\n")
    assert text.splitlines() == lines
    found = [obeyed(line) for line in lines]
    assert all(isinstance(command, Command) for command in found)
    commands = [command for command in found if command]
    assert {command.name for command in commands} <= {"error", "warning", "notice"}
    assert {tuple(command.properties) for command in commands} == {("title",)}
    others = [gate for gate in decision.gates if not gate.is_blocking and gate.result != "pass"]
    told = [*decision.blocking, *others]
    titles = [one_line(f"gate: {gate.gate}", 1000) for gate in told]
    assert [command.properties["title"] for command in commands[1:]] == titles


@pytest.mark.parametrize("text", ["100%, a=b: c", "%0A,title=x", "%253A", "a,file=x,line=1::y"])
def test_a_title_and_a_text_are_read_back_as_they_are(text: str) -> None:
    gate = type(PERFORMANCE)(gate=text, result="fail", is_blocking=True, reason=text)
    [_, line] = as_commands(decided(gate), ASKED).splitlines()
    assert obeyed(line) == Command("error", {"title": f"gate: {text}"}, text)


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_markdown_shows_the_texts_and_nothing_else(
    decision: Decision, asked: Circumstances
) -> None:
    tokens = tokens_of(as_markdown(decision, asked))
    assert {token.type for token in tokens} <= ALLOWED
    assert sum(token.type == "table_open" for token in tokens) == bool(decision.gates)
    assert sum(token.type == "tr_open" for token in tokens) == (
        len(decision.gates) + 1 if decision.gates else 0
    )
    assert sum(token.type == "list_item_open" for token in tokens) == 5
    for token in tokens:
        kinds = {child.type for child in token.children or ()}
        assert kinds <= {"text", "text_special", "strong_open", "strong_close"}
    cells = [shown(following) for token, following in pairwise(tokens) if token.type == "td_open"]
    assert [cell.strip() for cell in cells[::4]] == [
        one_line(gate.gate).strip() for gate in decision.gates
    ]


def test_markdown_is_readable_as_it_stands() -> None:
    text = as_markdown(decided(REGISTERED, PERFORMANCE), ASKED)
    assert "On holdout/credit&#95;2026h1 the AUC is 0.74. (found auc 0.74, asked for" in text
    assert "- Judged: as of 2026-10-12T08:30:00Z, known 2026-10-12T06:00:00Z\n" in text


def test_markdown_makes_no_links_of_addresses() -> None:
    gate = type(PERFORMANCE)(
        gate="a", result="fail", is_blocking=True, reason="https://x.example WWW.x.example @team"
    )
    text = as_markdown(decided(gate), ASKED)
    assert "https&#58;//x.example WWW&#46;x.example &#64;team" in text


def test_markdown_has_a_table_of_the_gates() -> None:
    text = as_markdown(decided(REGISTERED, PERFORMANCE), ASKED)
    tokens = tokens_of(text)
    rows = "\n".join(shown(token) for token in tokens if token.type == "inline")
    assert "credit-risk@4 must not be deployed to production: 1 gate fails" in rows
    assert (
        "On holdout/credit_2026h1 the AUC is 0.74. (found auc 0.74, asked for auc >= 0.78)" in rows
    )
    assert "**FAIL**" in text


def test_a_summary_is_added_to_what_other_commands_wrote(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before")
    append_summary(decided(REGISTERED), ASKED, file)
    append_summary(decided(PERFORMANCE), ASKED, file)
    text = file.read_text()
    assert text.startswith("before\n### ")
    assert sum(token.type == "heading_open" for token in tokens_of(text)) == 2
