"""What an organisation tells, in the few words that a test of a control is about.

A telling is what lands in one delivery: `policy` (a file of policy/), `openlineage` (events in the
short form of `tests.builders`), `acts` (of landing/compliance or landing/governance, in the short
form of `tests.acts`), `records` (YAML files of landing/compliance/records), `audit` (lines of a
log that the workspace declares), and `files` (anything else below landing/, by its path).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from lineage_pipeline.formats.documents.acts import AREAS
from tests.acts import line_of
from tests.builders import make_event

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace

Telling = dict[str, Any]

FOLDERS: Final = {name: area.folder for area in AREAS for name in area.kinds}
"""The landing folder of each act."""
SETTINGS: Final = """
[audit.generic.desk]
files = "desk*"
recognise = [["$.desk"]]

[audit.generic.desk.columns]
occurred_at = "$.at"
action = "$.action"
actor_id = "$.actor"
tenant = "$.tenant"
resource_type = "$.resource_type"
resource_id = "$.resource"
model_key = "$.model"
dataset_key = "$.dataset"

[audit.generic.desk.rules]
category = [
    { of = "action", matches = "^included$", value = "train" },
    { of = "action", matches = "^viewed$", value = "access" },
]
outcome = [{ of = "$.outcome", matches = "^success$", value = "success" }]
"""
"""How the log of a desk is read."""
DESK: Final = {
    "desk": "one", "at": "2026-06-01T08:00:00Z", "actor": "ann", "action": "viewed",
    "tenant": "bank", "resource": "r", "outcome": "success",
}  # fmt: skip
"""What a line of the desk's log says where a case does not say otherwise."""
FRAGMENTS: Final[dict[str, Telling]] = yaml.safe_load(
    (Path(__file__).parent / "fragments.yaml").read_text(encoding="utf-8")
)
"""Parts of an organisation, by name: a case says which of them it begins with."""


def put_together(*tellings: Telling) -> Telling:
    """Return one telling of several: tables are joined, lists go on, else the last one counts."""
    found: Telling = {}
    for telling in tellings:
        for key, value in telling.items():
            held = found.get(key)
            if isinstance(held, dict) and isinstance(value, dict):
                found[key] = put_together(held, value)
            elif isinstance(held, list) and isinstance(value, list):
                found[key] = [*held, *value]
            else:
                found[key] = value
    return found


def land(workspace: Workspace, telling: Telling, name: str) -> None:
    """Write what a telling holds to where a workspace looks; `name` tells deliveries apart."""
    landing = workspace.paths.landing
    if policy := telling.get("policy"):
        workspace.paths.policy.mkdir(exist_ok=True)
        (workspace.paths.policy / "policy.yaml").write_text(yaml.safe_dump(policy))
    _lines(landing / "openlineage" / f"{name}.ndjson", [
        json.dumps(make_event(**event)) for event in telling.get("openlineage", ())
    ])  # fmt: skip
    for folder in sorted({*FOLDERS.values()}):
        acts = [one for one in telling.get("acts", ()) if FOLDERS[one["act"]] == folder]
        _lines(landing / folder / f"{name}.ndjson", [line_of(one).rstrip() for one in acts])
    for number, record in enumerate(telling.get("records", ())):
        target = landing / "compliance" / "records" / f"{name}-{number}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(record, sort_keys=False), encoding="utf-8")
    _lines(landing / "audit" / "generic" / f"desk-{name}.ndjson", [
        json.dumps(DESK | row) for row in telling.get("audit", ())
    ])  # fmt: skip
    for path, held in telling.get("files", {}).items():
        objects = held if isinstance(held, list) else [held]
        _lines(landing / path, [
            one if isinstance(one, str) else json.dumps(one) for one in objects
        ])  # fmt: skip


def _lines(target: Path, lines: list[str]) -> None:
    if lines:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
