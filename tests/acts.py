"""Acts of people for tests, from the few words that a test is about.

`{"act": "approved", "of": "a:1", "by": "ada", "at": 5, "stage": "technical"}` is a CloudEvent of
landing/governance or landing/compliance; what it does not need to say, it says for the sake of its
form.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.formats.documents.acts import ACT_FOLDERS, ACT_TYPES
from lineage_pipeline.policy.reading import policy_bytes
from lineage_pipeline.policy.rules import Policy
from tests.builders import at_hour

if TYPE_CHECKING:
    from collections.abc import Mapping

Short = dict[str, Any]

FOLDERS: Final = tuple(f"{folder}/" for folder in sorted(ACT_FOLDERS))
ENVELOPE: Final = {"act", "of", "by", "at"}
"""Keys of the short form; all others are what the act's data says."""


def in_full(files: Mapping[str, object]) -> dict[str, object]:
    """Return what lands, with the acts of people written out."""
    return {
        name: [line_of(one) for one in held]
        if name.startswith(FOLDERS) and isinstance(held, list)
        else held
        for name, held in files.items()
    }


def line_of(short: Short) -> str:
    """Return an act as one line; a policy and a decision stand in it as their digest has them.

    Keys: `act`, `of` (`MODEL:VERSION` of plain files, or an identifier), `by`, `at` (an hour of
    the first day of 2026, or a time).
    """
    of = short.get("of", "policy")
    is_version = of.count(":") == 1 and not of.startswith(("subject:", "erasure:"))
    event = {
        "specversion": "1.0",
        "id": hashlib.sha256(repr(short).encode()).hexdigest(),
        "source": "/test",
        "type": ACT_TYPES[short["act"]],
        "subject": f"modelVersion:files:{of}" if is_version else of,
        "time": at_hour(short["at"]),
        "data": _data(short),
    }
    return json.dumps(event, separators=(",", ":")) + "\n"


def _data(short: Short) -> Short:
    said = {key: value for key, value in short.items() if key not in ENVELOPE}
    data = {"actor": short.get("by", "unknown"), "reason": "so it is"} | said
    if "policy" in said and short["act"] == "policy_changed":
        form = policy_bytes(msgspec.convert(said["policy"], Policy))
        data |= {"policy": json.loads(form)} | _digest("policy_sha256", form, said)
    if "decision" in said and short["act"] == "decided":
        form = json.dumps(said["decision"], separators=(",", ":")).encode()
        data |= _digest("decision_id", form, said)
    if "plan" in said and short["act"] in {"planned", "erasure_planned"}:
        form = json.dumps(said["plan"], separators=(",", ":")).encode()
        data |= _digest("plan_sha256", form, said)
    return data


def _digest(key: str, form: bytes, said: Short) -> Short:
    return {} if key in said else {key: hashlib.sha256(form).hexdigest()}
