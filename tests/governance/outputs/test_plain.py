"""The text: what it says, that it fits, and that nothing in it is a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from rich.cells import cell_len

from lineage_pipeline.governance.outputs.plain import as_text
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
from tests.governance.outputs.runner import obeyed

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Circumstances, Decision

DENIED = """\
credit-risk@4 must not be deployed to production: 1 gate fails, 1 gate lacks
evidence, 1 gate is waived

gate          result    found      asked for
──────────────────────────────────────────────
registered    pass
consent       unknown
performance   FAIL      auc 0.74   auc >= 0.78
fairness      waived    gap 0.09   gap <= 0.05

FAIL      performance
  why     On holdout/credit_2026h1 the AUC is 0.74.
  values  found auc 0.74, asked for auc >= 0.78
  next    Train a better model, or ask model-risk@example.org for a waiver.

unknown   consent
  why     Nothing says on what basis training/credit_2026w41 holds personal
          data.
  next    State the consent of the dataset in an attestation.

decision  {decision}
policy    eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
artifact  cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
approved  dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
judged    as of 2026-10-12T08:30:00Z, known 2026-10-12T06:00:00Z
asked by  oscar@example.org, 2026-10-12T08:30:00Z
pipeline  https://ci.example.org/runs/4711
"""


def test_a_denial_says_which_gates_why_and_what_next() -> None:
    decision = decided(REGISTERED, CONSENT, PERFORMANCE, WAIVED)
    assert as_text(decision, ASKED) == DENIED.format(decision=decision.decision_id)


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        (decided(REGISTERED), "credit-risk@4 may be deployed to production: every gate passes"),
        (decided(), "credit-risk@4 may be deployed to production: its policy asks for no gate"),
        (
            decided(REGISTERED, WAIVED),
            "credit-risk@4 may be deployed to production: 1 gate is waived",
        ),
        (
            decided(CONSENT),
            "credit-risk@4 must not be deployed to production yet: 1 gate lacks evidence",
        ),
        (
            decided(PERFORMANCE, break_glass="act:glass-3"),
            (
                "credit-risk@4 may be deployed to production by a break-glass act (act:glass-3), "
                "although 1 gate fails"
            ),
        ),
        (
            decided(PERFORMANCE, CONSENT, mode="observing"),
            (
                "credit-risk@4 may be deployed to production: observing; enforcing would deny it: "
                "1 gate fails, 1 gate lacks evidence"
            ),
        ),
        (
            decided(CONSENT, mode="observing"),
            (
                "credit-risk@4 may be deployed to production: observing; enforcing would deny it "
                "for want of evidence: 1 gate lacks evidence"
            ),
        ),
        (
            decided(REGISTERED, mode="observing"),
            "credit-risk@4 may be deployed to production: every gate passes",
        ),
    ],
)
def test_the_verdict_is_a_sentence(decision: Decision, line: str) -> None:
    said, _, _ = as_text(decision, ASKED).partition("\n\n")
    assert said.replace("\n", " ") == line


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_any_decision_fits_and_commands_nothing(decision: Decision, asked: Circumstances) -> None:
    lines = as_text(decision, asked).split("\n")
    for line in lines:
        assert cell_len(line) <= 80
        assert line.isprintable()
        assert "##" not in line
        assert not line.lstrip().startswith("::")
        assert obeyed(line) is None


def test_a_command_that_a_line_would_begin_with_is_broken_within_the_width() -> None:
    gate = type(PERFORMANCE)(
        gate="a", result="fail", is_blocking=True, reason="a ::" + "x" * 200, remedy="b ::error::"
    )
    lines = as_text(decided(gate, model="::error::x"), ASKED).splitlines()
    assert lines[0].startswith(": :error::x@4 must not")
    [broken] = [line for line in lines if "xxx" in line and ": :" in line]
    assert len(broken) == 80
    assert all(len(line) <= 80 for line in lines)


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_what_stands_at_a_margin_is_ours(decision: Decision, asked: Circumstances) -> None:
    """Nobody can make a reason look like another gate's line, or like a verdict."""
    text = as_text(decision, asked)
    [foot] = [part for part in text.split("\n\n") if part.startswith("decision  ")]
    names = {line[:10].strip() for line in foot.splitlines()}
    assert names - {""} <= {
        "decision", "policy", "artifact", "approved", "judged", "asked by", "pipeline",
    }  # fmt: skip
    blocking = text.split("\n\n")[1 + bool(decision.gates) : -1]
    assert len(blocking) == len(decision.blocking)
    for part, gate in zip(blocking, decision.blocking, strict=True):
        words = [line[:10].strip() for line in part.splitlines()]
        assert words[0] == {"fail": "FAIL", "unknown": "unknown"}[gate.result]
        assert {word for word in words[1:] if word} <= {"why", "values", "next"}
