"""A decision as JUnit XML, as GitLab reads it: a suite a decision, a case a gate.

GitLab shows the text inside `failure`, `error` and `skipped`, not their attributes, and follows
`[[ATTACHMENT|path]]` in `system-out`. A `type` on an element would be obeyed by its parser: there
is none. A gate of a tier that is only observed is skipped, as it stops nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.wording import (
    explained,
    label,
    level,
    moment,
    reason,
    sentence,
    standing,
)

if TYPE_CHECKING:
    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

_CASES: Final = {"error": "failure", "warning": "error", "note": "skipped"}
"""What a case holds, by how loudly its gate is to be told."""
_COUNTED: Final = {"failure": "failures", "error": "errors", "skipped": "skipped"}
_BRACKETS: Final = re.compile(r"\[(?=\[)")


def as_junit(decision: Decision, circumstances: Circumstances) -> str:
    """Return the XML document."""
    suites = Element("testsuites")
    name = _clean(f"{label(decision)} in {decision.environment}")
    suite = SubElement(suites, "testsuite", name=name, timestamp=moment(circumstances.decided_at))
    for gate in decision.gates:
        _add_case(suite, decision, gate)
    told = SubElement(suite, "system-out")
    told.text = _clean(f"{sentence(decision)}; decision {decision.decision_id}")
    counts = {"tests": len(decision.gates)} | {
        attribute: len(suite.findall(f"testcase/{kind}")) for kind, attribute in _COUNTED.items()
    }
    for attribute, count in counts.items():
        suites.set(attribute, str(count))
        suite.set(attribute, str(count))
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _add_case(suite: Element, decision: Decision, gate: GateResult) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=_clean(gate.gate) or "unnamed",
        classname=_clean(f"{decision.environment}.{label(decision)}"),
        time="0",
    )
    loudness = level(decision, gate)
    if loudness is not None:
        told = SubElement(case, _CASES[loudness], message=_clean(reason(gate)))
        told.text = _clean(_told(decision, gate))
    query = f"query {gate.query_sha256}" if gate.query_sha256 else ""
    if rests_on := [*filter(None, map(_clean, (*gate.evidence, query)))]:
        SubElement(case, "system-out").text = "\n".join(rests_on)


def _told(decision: Decision, gate: GateResult) -> str:
    """Return what people read: all of it, as attributes are not shown."""
    observed = decision.mode == "observing" and gate.is_blocking
    before = f"observing, enforcing would deny ({standing(gate)}): " if observed else ""
    return f"{before}{explained(gate)}"


def _clean(text: str) -> str:
    return _BRACKETS.sub("[ ", one_line(text))
