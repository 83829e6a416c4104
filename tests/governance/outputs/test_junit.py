"""JUnit XML as GitLab reads it: well-formed whatever a reason holds, nothing to follow or obey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.junit import as_junit
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

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Circumstances, Decision

ATTACHMENT = re.compile(r"\[\[ATTACHMENT\|(?P<path>.+?)\]\]")
KINDS = ("failure", "error", "skipped")


def suite_of(decision: Decision) -> ET.Element:
    root = ET.fromstring(as_junit(decision, ASKED).encode())  # noqa: S314 - our own
    [suite] = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    return suite


def told(suite: ET.Element) -> dict[str, tuple[str, str]]:
    return {
        case.get("name", ""): next(
            ((kind, case.findtext(kind) or "") for kind in KINDS if case.find(kind) is not None),
            ("passed", ""),
        )
        for case in suite.iter("testcase")
    }


def joined(text: str) -> str:
    return re.sub(r"\[ (?=\[)", "[", text)


def test_each_gate_is_a_case() -> None:
    suite = suite_of(decided(REGISTERED, CONSENT, PERFORMANCE, WAIVED))
    assert suite.get("name") == "credit-risk@4 in production"
    assert suite.get("timestamp") == "2026-10-12T08:30:00Z"
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "1", "1"]
    assert told(suite) == {
        "registered": ("passed", ""),
        "consent": (
            "error",
            (
                "Nothing says on what basis training/credit_2026w41 holds personal data. "
                "Next: State the consent of the dataset in an attestation."
            ),
        ),
        "performance": (
            "failure",
            (
                "On holdout/credit_2026h1 the AUC is 0.74. (found auc 0.74, asked for auc >= 0.78) "
                "Next: Train a better model, or ask model-risk@example.org for a waiver."
            ),
        ),
        "fairness": (
            "skipped",
            (
                "waived by act:waiver-17: The gap between age groups is 0.09. (found gap 0.09, "
                "asked for gap <= 0.05)"
            ),
        ),
    }
    evidence = suite.findtext("testcase[@name='performance']/system-out")
    assert evidence == f"run:01a08e44\n{'9' * 64}\nquery {'a' * 64}"


def test_while_a_tier_is_observed_nothing_fails() -> None:
    suite = suite_of(decided(PERFORMANCE, REGISTERED, mode="observing"))
    assert suite.get("failures") == suite.get("errors") == "0"
    kind, text = told(suite)["performance"]
    assert kind == "skipped"
    assert text.startswith("observing, enforcing would deny (fail): ")


@settings(deadline=None, max_examples=60)
@given(decisions(), circumstances)
def test_any_decision_is_read_back_case_by_case(decision: Decision, asked: Circumstances) -> None:
    text = as_junit(decision, asked)
    assert "\x1b" not in text
    root = ET.fromstring(text.encode())  # noqa: S314 - our own
    cases = list(root.iter("testcase"))
    names = [joined(one_line(gate.gate)) or "unnamed" for gate in decision.gates]
    assert [joined(case.get("name") or "") for case in cases] == names
    for case, gate in zip(cases, decision.gates, strict=True):
        found = [child.tag for child in case if child.tag in KINDS]
        assert len(found) == (gate.result != "pass")
        if decision.mode == "enforcing" and gate.is_blocking:
            assert found == [{"fail": "failure", "unknown": "error"}[gate.result]]
        for child in case:
            assert child.get("type") is None
            assert child.text
            assert not ATTACHMENT.search(child.text)
    assert not ATTACHMENT.search(text)
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "system-out", *KINDS,
    }  # fmt: skip
