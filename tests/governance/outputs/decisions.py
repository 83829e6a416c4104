"""Decisions to be shown: one of each kind, and any at all with texts that try to break out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from lineage_pipeline.governance.decision import (
    Circumstances,
    Decision,
    GateResult,
    verdict_of,
)

DECIDED_AT = 1_791_793_800_000_000
"""2026-10-12T08:30:00Z, in microseconds."""
ASKED = Circumstances(
    decided_at=DECIDED_AT,
    as_of=DECIDED_AT,
    known_at=1_791_784_800_000_000,
    requested_by="oscar@example.org",
    ci_run="https://ci.example.org/runs/4711",
)
REGISTERED = GateResult(gate="registered", result="pass", evidence=("mlflow",))
PERFORMANCE = GateResult(
    gate="performance",
    result="fail",
    observed="auc 0.74",
    threshold="auc >= 0.78",
    reason="On holdout/credit_2026h1 the AUC is 0.74.",
    remedy="Train a better model, or ask model-risk@example.org for a waiver.",
    evidence=("run:01a08e44", "9" * 64),
    query_sha256="a" * 64,
    is_blocking=True,
)
CONSENT = GateResult(
    gate="consent",
    result="unknown",
    reason="Nothing says on what basis training/credit_2026w41 holds personal data.",
    remedy="State the consent of the dataset in an attestation.",
    is_blocking=True,
)
WAIVED = GateResult(
    gate="fairness",
    result="fail",
    observed="gap 0.09",
    threshold="gap <= 0.05",
    reason="The gap between age groups is 0.09.",
    remedy="Retrain.",
    waiver="act:waiver-17",
)

HOSTILE = (
    "\n::set-output name=token::stolen",
    "::add-mask::%0A::error::x",
    "##[add-mask]pass ##vso[task.setvariable]x ##teamcity[buildStatus]",
    "\x1b[31mred\x1b[0m \x9b2J \x07",
    "a | b || c `d` **e** _f_ ~~g~~ # h",
    "<script>alert(1)</script><!-- <img src=x onerror=y>",
    "]]> <![CDATA[ &amp; &lt; \" '",
    "[[ATTACHMENT|/etc/passwd]] [link](javascript:x) {0} ![i](http://x)",
    "%0D%0A,title=x:y%25",
    "\u202eesrever \u2028line\u2029 \ufeff\x00\ud800\ufffe\uffff",
    "https://evil.example www.evil.example @everyone",
    "漢字" * 60,
    "x" * 2100 + "tail",
    "s3:::bucket::",
    "[[[ATTACHMENT|a]]] ###[error]x ](( {{0}}",
    " " * 2100 + "end",
    "",
)

hostile = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(), max_size=60),
    st.lists(st.sampled_from(HOSTILE[:-6]), min_size=1, max_size=3).map("".join),
)
writable = hostile.map(lambda text: text.encode(errors="replace").decode())
"""What a decision can hold: its bytes are UTF-8."""


def decided(*gates: GateResult, **values: Any) -> Decision:
    """Return a decision on gates: enforced, of credit-risk 4 in production."""
    has_act = values.get("break_glass") is not None
    would_be = verdict_of(gates, has_break_glass=has_act)
    observing = values.get("mode") == "observing"
    return Decision(
        **{
            "version_node_id": "modelVersion:mlflow://mlflow.example.org:credit-risk:4",
            "model": "credit-risk",
            "version": "4",
            "environment": "production",
            "tier": "high",
            "mode": "enforcing",
            "artifact_sha256": "c" * 64,
            "submission": "d" * 64,
            "policy_sha256": "e" * 64,
            "gates": gates,
            "verdict": "deploy" if observing else would_be,
            "would_be": would_be,
        }
        | values
    )


@st.composite
def gates(draw: st.DrawFn) -> GateResult:
    """Return a gate whose every text may be hostile."""
    result = draw(st.sampled_from(("pass", "fail", "unknown")))
    waiver = draw(st.none() | writable)
    return GateResult(
        gate=draw(writable),
        result=result,
        observed=draw(writable),
        threshold=draw(writable),
        reason=draw(writable),
        remedy=draw(writable),
        evidence=tuple(draw(st.lists(writable, max_size=2))),
        query_sha256=draw(writable),
        waiver=waiver,
        is_blocking=result != "pass" and waiver is None,
    )


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Return a decision whose every text may be hostile."""
    texts = {
        name: draw(writable)
        for name in ("version_node_id", "model", "version", "environment", "tier", "policy_sha256")
    }
    return decided(
        *draw(st.lists(gates(), max_size=3)),
        mode=draw(st.sampled_from(("observing", "enforcing"))),
        break_glass=draw(st.none() | writable),
        **texts,
    )


INSTANTS = st.integers(0, 4_000_000_000_000_000)
circumstances = st.builds(
    Circumstances,
    decided_at=INSTANTS,
    as_of=INSTANTS,
    known_at=INSTANTS,
    requested_by=writable,
    ci_run=writable,
)
