"""A decision and its circumstances as one JSON object, described in `report.schema.json`.

The decision stands in it byte for byte as it was recorded: its SHA-256 is the `decision_id` beside
it. So the object is for files and programs. Only there is nothing respelled, and a site that obeys
words in a log would obey those.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from lineage_pipeline.errors import IntegrityError
from lineage_pipeline.governance.decision import (
    Circumstances,
    Decision,
    decision_bytes,
    read_decision,
)

REPORT: Final = "lineage.governance.gate_report.v1"
"""What the object is called, and which form of it this is."""
SCHEMA: Final = Path(__file__).with_name("report.schema.json")
"""Describes it to other programs."""


class _Report(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The object, the decision in it unread."""

    report: str = REPORT
    decision_id: str
    exit_code: int
    circumstances: Circumstances
    decision: msgspec.Raw


def as_json(decision: Decision, circumstances: Circumstances) -> str:
    """Return the object, on one line."""
    report = _Report(
        decision_id=decision.decision_id,
        exit_code=decision.exit_code,
        circumstances=circumstances,
        decision=msgspec.Raw(decision_bytes(decision)),
    )
    return f"{msgspec.json.encode(report).decode()}\n"


def read_report(data: bytes) -> tuple[Decision, Circumstances]:
    """Return what an object holds.

    Raises:
        IntegrityError: it is none, or its decision is not the one that it names.
    """
    try:
        report = msgspec.json.decode(data, type=_Report)
        decision = read_decision(bytes(report.decision))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, IntegrityError) as error:
        raise IntegrityError(f"this is no report of a decision: {error}") from error
    if (report.report, report.decision_id, report.exit_code) != (
        REPORT, decision.decision_id, decision.exit_code,
    ):  # fmt: skip
        raise IntegrityError(
            f"this report names the decision {report.decision_id} and holds "
            f"{decision.decision_id}; ask for it again"
        )
    return decision, report.circumstances
