"""A workspace that keeps something of two people, in every place where it may keep it."""

from __future__ import annotations

import gzip
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline import pipeline
from lineage_pipeline.erasure.carrying import Applied, apply_plan
from lineage_pipeline.erasure.plan import Planned, make_plan
from lineage_pipeline.erasure.subject import Subject, read_subject
from lineage_pipeline.evidence.questions import Question, keep_query
from lineage_pipeline.release.acting import Statement
from tests.acts import line_of
from tests.builders import at_hour, make_event
from tests.disposal.kept import tell_approval
from tests.governed import say_policy, when
from tests.workspaces import CLOCK, deliver_documents, made_once, published_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

JANE: Final = "jane.roe@example.org"
KEY: Final = "subj-4711"
"""What else Jane is called by."""
OTHER: Final = "subj-47112"
"""Somebody else, whose key begins as hers does."""
LATER: Final = CLOCK + timedelta(days=10)
POLICY: Final = """
[[person]]
id = "ada"

[[person]]
id = "bob"

[[person]]
id = "cid"

[disposal]
people = ["ada", "bob", "cid"]
"""
SETTINGS: Final = """
[audit.generic.ledger]
files = "ledger-*"
recognise = [["$.app", "$.action", "$.subject_ref"]]

[audit.generic.ledger.columns]
occurred_at = "$.ts"
action = "$.action"
actor_id = "$.actor"
resource_type = { constant = "subject" }
resource_id = "$.subject_ref"
dataset_key = "$.dataset"

[audit.generic.ledger.attrs]
note = "$.note"

[audit.generic.ledger.rules]
category = [{ of = "action", matches = "^subject_", value = "train" }]
"""
LEDGER: Final = "landing/audit/generic/ledger-1.ndjson.gz"


def line(subject: str, number: int, **more: Any) -> str:
    """Return a line of the ledger: whose rows are in a training set."""
    said = {
        "ts": f"2026-05-01T00:00:{number:02}Z", "app": "ledger", "action": "subject_included",
        "actor": "svc", "dataset": "dataset:db:training", "subject_ref": subject, **more,
    }  # fmt: skip
    return f"{json.dumps(said)}\n"


def prediction(subject: str, number: int) -> dict[str, Any]:
    """Return a decision of a model about somebody."""
    return {
        "prediction_id": f"p{number}", "model": "risk", "model_version": "1", "at": at_hour(6),
        "subject_ref": subject, "score": 0.5, "reasons": [{"text": f"as {subject} asked"}],
    }  # fmt: skip


def events() -> list[dict[str, Any]]:
    """Return the lineage: raw to training to a model, and one job that is called after Jane."""
    mine = {"ownership": {JANE: "steward"}, "documentation": {"description": f"ask <{JANE}>."}}
    return [
        make_event(run="r1", job="load", type="COMPLETE", at=1, inputs=["raw"],
                   outputs=["training"], job_facets=mine),
        make_event(run="r2", job="copy", type="COMPLETE", at=2, inputs=["training"],
                   outputs=["copied"]),
    ]  # fmt: skip


def peopled(root: Path, policy: str = POLICY, more: dict[str, object] | None = None) -> Workspace:
    """Return a workspace in which Jane is spoken of, and somebody else is as well."""

    def make(folder: Path) -> None:
        workspace = published_workspace(folder, SETTINGS)
        say_policy(workspace, policy)
        ledger = workspace.paths.root / LEDGER
        ledger.parent.mkdir(parents=True, exist_ok=True)
        lines = [line(OTHER, 1), line(KEY, 2, note=f"call {JANE.upper()}"), line(OTHER, 3)]
        ledger.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
        deliver_documents(workspace, {**documents(), **(more or {})})
        question = Question(f"from audit.event where resource_id = '{KEY}'")
        keep_query(workspace.paths, question, 1)

    made_once(root, make, policy, repr(more))
    return pipeline.open_workspace(root)


def documents() -> dict[str, object]:
    """Return what speaks of both, by the file in which it lands."""
    withdrawn = {"act": "consent_withdrawn", "by": "desk", "at": 4}
    return {
        "openlineage/events.ndjson": events(),
        "monitoring/predictions.ndjson": [prediction(OTHER, 1), prediction(KEY, 2)],
        "governance/desk.ndjson": [
            line_of({**withdrawn, "of": f"subject:{one}", "subject_ref": one})
            for one in (OTHER, KEY)
        ],
        "compliance/requests.ndjson": [{"request": "access", "subject": one} for one in
                                       (KEY, OTHER)],
    }  # fmt: skip


def subject(workspace: Workspace, *identifiers: str) -> Subject:
    """Return the person who is called so; Jane if nobody is named."""
    said = "\n".join(identifiers or (KEY, JANE))
    return read_subject(io.BytesIO(said.encode()), workspace.paths)


def planned(workspace: Workspace, at: datetime = LATER, identifiers: Sequence[str] = ()) -> Planned:
    """Return a plan to erase Jane, or who is called so."""
    said = Statement("erasure_planned", {"actor": "dee"})
    return make_plan(workspace, subject(workspace, *identifiers), "request", said, when(at))


def approved_plan(workspace: Workspace, at: datetime = LATER) -> Planned:
    """Return a plan to erase Jane that two people have approved."""
    plan = planned(workspace, at)
    for actor in ("ada", "bob"):
        tell_approval(workspace, plan, actor, at)
    return plan


def applied(
    workspace: Workspace,
    digest: str,
    at: datetime = LATER,
    identifiers: Sequence[str] = (),
    *,
    execute: bool = True,
) -> Applied:
    """Return what became of a plan."""
    said = Statement("erased", {"actor": "role/erasure"})
    who = subject(workspace, *identifiers)
    return apply_plan(workspace, who, digest, said, when(at), execute=execute)


def became(done: Applied) -> dict[str, str]:
    """Return what became of each object."""
    return {one.object_id: one.became for one in done.outcomes}


def run(workspace: Workspace, at: datetime) -> None:
    """Take in what is new."""
    pipeline.run(workspace, pipeline.system_clock, at)
