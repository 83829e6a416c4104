"""Where a gate stands, and how loudly it is told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from lineage_pipeline.governance.decision import GateResult
from lineage_pipeline.governance.outputs.wording import (
    explained,
    judged,
    level,
    moment,
    standing,
)
from tests.governance.outputs.decisions import (
    ASKED,
    CONSENT,
    PERFORMANCE,
    REGISTERED,
    WAIVED,
    decided,
)

EXPIRED = replace(WAIVED, is_blocking=True)
"""An act of waiver is named, but the verdict does not go by it."""
ADVICE = replace(PERFORMANCE, is_blocking=False)


@pytest.mark.parametrize(
    ("gate", "stands", "enforcing", "observing"),
    [
        (REGISTERED, "pass", None, None),
        (PERFORMANCE, "fail", "error", "note"),
        (CONSENT, "unknown", "warning", "note"),
        (WAIVED, "waived", "note", "note"),
        (replace(WAIVED, result="unknown"), "waived", "note", "note"),
        (EXPIRED, "fail", "error", "note"),
        (ADVICE, "fail", "note", "note"),
        (replace(REGISTERED, waiver="act:w"), "pass", None, None),
    ],
)
def test_a_gate_is_waived_only_if_the_verdict_does_not_depend_on_it(
    gate: GateResult, stands: str, enforcing: str | None, observing: str | None
) -> None:
    assert standing(gate) == stands
    assert level(decided(gate), gate) == enforcing
    assert level(decided(gate, mode="observing"), gate) == observing


def test_a_gate_without_words_is_explained_all_the_same() -> None:
    assert explained(GateResult(gate="a", result="fail")) == "no reason was given"
    assert explained(GateResult(gate="a", result="fail", waiver="act:w")) == "waived by act:w"


def test_instants_are_told_to_the_microsecond() -> None:
    assert moment(0) == "1970-01-01T00:00:00Z"
    assert moment(1_791_793_800_000_001) == "2026-10-12T08:30:00.000001Z"


def test_nothing_is_known_before_the_first_scan() -> None:
    never = replace(ASKED, known_at=0)
    assert judged(never) == "as of 2026-10-12T08:30:00Z, before the first scan"
