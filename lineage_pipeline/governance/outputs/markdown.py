"""A decision as Markdown: the summary of a pipeline's step, or a comment on a merge request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.wording import (
    SHOWN,
    compared,
    judged,
    label,
    moment,
    reason,
    remedy,
    sentence,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

_OBEYED: Final = re.compile(r"[!#$&*<>@\[-`{-~]|(?i:(?<=www))\.|:(?=/)")
"""Signs that mean something inside a line, and those that make an address a link."""


def as_markdown(decision: Decision, circumstances: Circumstances) -> str:
    """Return a heading, the verdict, a table of the gates and what it all rests on."""
    environment = _literal(decision.environment)
    lines = [
        f"### {_literal(label(decision))} in {environment}",
        "",
        f"**{_literal(sentence(decision))}**",
        "",
        *(_table(decision) if decision.gates else []),
        *_foot(decision, circumstances),
    ]
    return "".join(f"{line}\n" for line in lines)


def _table(decision: Decision) -> Iterator[str]:
    yield "| gate | result | why | next |"
    yield "|---|---|---|---|"
    for gate in decision.gates:
        yield f"| {' | '.join(_cells(gate))} |"
    yield ""


def _cells(gate: GateResult) -> Iterator[str]:
    stands = standing(gate)
    yield _literal(gate.gate)
    yield SHOWN[stands] if stands == "pass" else f"**{SHOWN[stands]}**"
    values = f" ({compared(gate)})" if compared(gate) else ""
    yield _literal(compared(gate) if stands == "pass" else f"{reason(gate)}{values}")
    yield _literal(remedy(gate))


def _foot(decision: Decision, circumstances: Circumstances) -> Iterator[str]:
    parts = (
        ("Decision", decision.decision_id),
        ("Policy", decision.policy_sha256),
        ("Artifact", decision.artifact_sha256 or "nobody has registered its digest"),
        ("Judged", judged(circumstances)),
        ("Asked by", f"{circumstances.requested_by}, {moment(circumstances.decided_at)}"),
    )
    for word, text in parts:
        yield f"- {word}: {_literal(text)}"


def _literal(text: str) -> str:
    """Return a text that Markdown shows as it is: no markup, table, link, mention or HTML."""
    return _OBEYED.sub(lambda found: f"&#{ord(found[0])};", one_line(text))
