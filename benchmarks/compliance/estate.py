"""What an organisation with many models tells: lineage, registrations, approvals, records."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

import yaml

from lineage_pipeline.policy.controls import shipped_controls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHARED: Final = 40
"""Models that one raw dataset feeds, through a feature set of its own each."""
BEGAN: Final = datetime(2026, 6, 1, tzinfo=UTC)
"""When the first run began."""
STAGES: Final = ("technical", "business")
OPENLINEAGE: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def land_estate(root: Path, count: int) -> None:
    """Write what an organisation with so many models tells into a workspace: policy and landing."""
    landing = root / "landing"
    _write(root / "policy" / "policy.yaml", [yaml.safe_dump(_policy(count))])
    _write(landing / "openlineage" / "estate.ndjson", _lines(_events(count)))
    _write(landing / "governance" / "estate.ndjson", _lines(_approvals(count)))
    _write(landing / "compliance" / "estate.ndjson", _lines(_attestations(count)))
    for number in range(count):
        name = name_of(number)
        _write(landing / "registry" / "files" / f"{name}.json", _lines([_registered(number)]))
        for record in _records(number):
            target = landing / "compliance" / "records" / f"{record['record']}-{name}.json"
            _write(target, _lines([record]))


def name_of(number: int) -> str:
    """Return how a model is called."""
    return f"model-{number:05}"


def _policy(count: int) -> dict[str, Any]:
    frameworks = [name for name, one in shipped_controls().framework.items() if one.kind != "house"]
    people = ("ann", "bob", "cat", "dan")
    return {
        "person": [{"id": f"{person}@bank.example", "accounts": [person]} for person in people],
        "service": {"accounts": ["deployer"]},
        "tier": {"high": {"stages": [*STAGES], "approval_days": 365}},
        "stage": {"technical": ["bob@bank.example"], "business": ["cat@bank.example"]},
        "model": {name_of(number): "high" for number in range(count)},
        "obligations": {"frameworks": frameworks, "seeds": True},
    }


def _events(count: int) -> Iterator[dict[str, Any]]:
    """Yield a run each that makes the features, the training set, the version, the deployment."""
    for number in range(count):
        name, begins = name_of(number), BEGAN + timedelta(seconds=60 * number)
        raw, feature, training = f"raw.s{number // SHARED}", f"features.{name}", f"training.{name}"
        model = _dataset("db", name, datasetType={"datasetType": "MODEL"}, version={
            "datasetVersion": "1"
        })  # fmt: skip
        where = _dataset("endpoint://eu", name)
        lake = "s3://lake"
        for step, (job, source, target) in enumerate((
            ("features", _dataset(lake, raw, tags={"tags": [
                {"key": "pii", "value": "direct-identifier", "field": "email"}
            ]}), _dataset(lake, feature)),
            ("training", _dataset(lake, feature), _dataset(lake, training)),
            ("train", _dataset(lake, training), model),
            ("deploy", model, where),
        )):  # fmt: skip
            yield _run(f"{job}.{name}", begins + timedelta(seconds=step), source, target)


def _run(job: str, at: datetime, source: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventType": "COMPLETE",
        "eventTime": _told(at),
        "producer": "https://example.org/benchmark",
        "schemaURL": OPENLINEAGE,
        "run": {"runId": str(uuid5(NAMESPACE_URL, job))},
        "job": {"namespace": "ml", "name": job},
        "inputs": [source],
        "outputs": [target],
    }


def _dataset(namespace: str, name: str, **facets: dict[str, Any]) -> dict[str, Any]:
    told = {
        key: body | {"_producer": "https://example.org", "_schemaURL": f"https://example.org/{key}"}
        for key, body in facets.items()
    }
    return {"namespace": namespace, "name": name, "facets": told}


def _registered(number: int) -> dict[str, Any]:
    name = name_of(number)
    return {
        "name": name,
        "registry": "db",
        "owner": "ann@bank.example",
        "versions": [
            {
                "version": "1",
                "registered_at": _told(BEGAN - timedelta(days=2)),
                "artifact_sha256": _artifact(name),
                "code": "4a5f",
                "parameters": {"depth": 5},
                "trainer": "dan@bank.example",
                "metrics": {"auc": 0.8},
            }
        ],
    }


def _approvals(count: int) -> Iterator[dict[str, Any]]:
    at = BEGAN - timedelta(days=1)
    for number in range(count):
        name = name_of(number)
        node, submission = f"modelVersion:db:{name}:1", f"submission-{number}"
        yield _act("governance.submitted", node, "ann@bank.example", at, {
            "submission": submission, "artifact": f"sha256:{_artifact(name)}",
        })  # fmt: skip
        for stage, person in zip(STAGES, ("bob@bank.example", "cat@bank.example"), strict=True):
            yield _act("governance.approved", node, person, at + timedelta(hours=1), {
                "submission": submission, "stage": stage,
            })  # fmt: skip


def _attestations(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        node = f"model:db:{name_of(number)}"
        yield _act("compliance.attested", node, "ann@bank.example", BEGAN, {
            "control": "G02", "statement": "I answer for it", "valid_until_on": "2027-06-01",
        })  # fmt: skip


def _records(number: int) -> Iterator[dict[str, Any]]:
    approved = {"approved_by": "cat@bank.example", "approved_on": "2026-06-01"}
    name = name_of(number)
    yield approved | {
        "record": "classification", "model": name, "eu_class": "high", "uses": ["credit scoring"],
        "jurisdictions": ["eu", "us"], "decisions": "solely automated", "is_significant": True,
        "placed_on": "2026-06-01",
    }  # fmt: skip
    if number % 2:
        yield approved | {"record": "dpia", "model": name, "updated_on": "2026-06-01"}


def _act(kind: str, subject: str, actor: str, at: datetime, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": sha256(f"{kind} {subject} {said}".encode()).hexdigest()[:32],
        "source": "/benchmark",
        "type": f"lineage.{kind}.v1",
        "subject": subject,
        "time": _told(at),
        "data": {"actor": actor, "reason": "so it is"} | said,
    }


def _artifact(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def _told(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _lines(objects: Any) -> Iterator[str]:
    return (json.dumps(one) + "\n" for one in objects)


def _write(target: Path, lines: Any) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="utf-8") as file:
        file.writelines(lines)
