"""What serves and what went wrong: each scan believes what it was told, in whatever order."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.pipeline import check_warehouse
from lineage_pipeline.warehouse.query import open_warehouse
from tests.properties import operations_model as model
from tests.properties.operations_model import Change, Notice
from tests.workspaces import CLOCK, deliver_documents, published_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from lineage_pipeline.pipeline import Workspace

Told = TypeVar("Told", Change, Notice)

DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
SCANS: Final = 3
NO_END: Final = "0001-01-01T00:00:00Z"


@st.composite
def changes(draw: st.DrawFn, endpoint: str) -> list[Change]:
    """Return what happens on an endpoint: no two changes in one minute."""
    minutes = draw(st.lists(st.integers(0, 30), max_size=6, unique=True))
    source = st.sampled_from(("cloudevents", "kubernetes"))
    version = st.sampled_from(("1", "2", "2", None))
    return [Change(endpoint, draw(source), minute, draw(version)) for minute in minutes]


@st.composite
def notices(draw: st.DrawFn, incident: str) -> list[Notice]:
    """Return what is told of an incident, or of an alert that may fire several times."""
    minutes = draw(st.lists(st.integers(10, 40), min_size=1, max_size=5, unique=True))
    if draw(st.booleans()):
        return [Notice(incident, minute, draw(st.booleans())) for minute in minutes]
    began = st.sampled_from((0, 5))
    return [Notice(incident, minute, draw(st.booleans()), draw(began)) for minute in minutes]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Change], list[Notice]]:
    """Return what happens on several endpoints, and several incidents."""
    happened = [change for name in "abcdefgh" for change in draw(changes(name))]
    told = [notice for name in "ijklmnop" for notice in draw(notices(name))]
    return happened, told


def dealt(random: Random, happened: Sequence[Told]) -> list[list[Told]]:
    """Return what each scan is told, in any order: most things once, some in two scans."""
    hands: list[list[Told]] = [[] for _ in range(SCANS)]
    for one in random.sample(happened, len(happened)):
        for hand in random.sample(hands, 2 if random.random() < 0.2 else 1):
            hand.append(one)
    return hands


def at(minute: int) -> str:
    return f"{DAY + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"


def deployed(change: Change) -> dict[str, Any]:
    """Return the CloudEvent or the audit event of Kubernetes that tells of a change."""
    name = f"{change.endpoint}-{change.minute}-{change.source}"
    if change.source == "cloudevents":
        return {
            "specversion": "1.0",
            "id": name,
            "source": "/deployer",
            "type": "org.example.model.deployed"
            if change.version
            else "org.example.model.undeployed",
            "subject": f"models/m/{change.version}" if change.version else "models/m",
            "time": at(change.minute),
            "data": {"endpoint": f"endpoint://prod-eu/{change.endpoint}"},
        }
    return {
        "auditID": name,
        "stage": "ResponseComplete",
        "verb": "patch" if change.version else "delete",
        "user": {"username": "deployer"},
        "objectRef": {
            "resource": "inferenceservices",
            "namespace": "prod",
            "name": change.endpoint,
        },
        "responseStatus": {"code": 200},
        "stageTimestamp": at(change.minute),
        "requestObject": {
            "spec": {"predictor": {"model": {"storageUri": f"models:/m/{change.version}"}}}
        }
        if change.version
        else {},
    }


def noticed(notice: Notice) -> dict[str, Any]:
    """Return the CloudEvent or the notification of Alertmanager that tells of an incident."""
    if notice.began is None:
        return {
            "specversion": "1.0",
            "id": f"{notice.incident}-{notice.minute}",
            "source": "/desk",
            "type": f"org.example.incident.{'closed' if notice.is_end else 'opened'}",
            "subject": f"incidents/{notice.incident}",
            "time": at(notice.minute),
            "data": {"model": "m"},
        }
    alert = {
        "status": "resolved" if notice.is_end else "firing",
        "labels": {"alertname": f"told at {notice.minute}"},
        "startsAt": at(notice.began),
        "endsAt": at(notice.minute) if notice.is_end else NO_END,
        "fingerprint": notice.incident,
    }
    return {"version": "4", "alerts": [alert]}


def landed(
    changes_: Sequence[Change], notices_: Sequence[Notice], scan: int
) -> dict[str, list[str]]:
    """Return the files of a scan."""
    files: dict[str, list[str]] = {}
    for change in changes_:
        files.setdefault(f"audit/{change.source}/{scan}.ndjson", []).append(
            json.dumps(deployed(change)) + "\n"
        )
    for notice in notices_:
        folder = "audit/cloudevents" if notice.began is None else "monitoring"
        files.setdefault(f"{folder}/{scan}.ndjson", []).append(json.dumps(noticed(notice)) + "\n")
    return files


def minutes(moment: datetime | None) -> int | None:
    return None if moment is None else round((moment - DAY).total_seconds() / 60)


def believed(workspace: Workspace, scan: int) -> dict[str, set[tuple[Any, ...]]]:
    """Return what was believed after a scan, in the words of the model."""
    clock = CLOCK + timedelta(days=scan)
    holds = f"graph.holds(known_from_at, known_to_at, '{clock.isoformat()}')"
    with open_warehouse(workspace.paths) as warehouse:

        def asked(columns: str, table: str) -> set[tuple[Any, ...]]:
            query = f"select {columns} from registry.{table} where {holds}"
            rows = warehouse.connection.execute(query).fetchall()
            assert len(rows) == len(set(rows))
            return {(*row[:-2], minutes(row[-2]), minutes(row[-1])) for row in rows}

        incidents = {
            (name.partition("/")[0] + (f"/{begun}" if "/" in name else ""), begun, ended)
            for name, begun, ended in asked("incident_id, opened_at, closed_at", "incident")
        }
        return {
            "deployment": asked(
                "deployment_node_id, source, version, valid_from_at, valid_to_at", "deployment"
            ),
            "serving": asked("deployment_node_id, version, valid_from_at, valid_to_at", "serving"),
            "incident": incidents,
        }


@settings(max_examples=5, deadline=None)
@given(world=worlds(), random=st.randoms(use_true_random=False))
def test_each_scan_believes_what_it_was_told(
    world: tuple[list[Change], list[Notice]], random: Random
) -> None:
    happened, told = world
    hands = list(zip(dealt(random, happened), dealt(random, told), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        workspace = published_workspace(Path(folder) / "workspace")
        for scan, (changes_, notices_) in enumerate(hands):
            files = landed(changes_, notices_, scan)
            deliver_documents(workspace, files, CLOCK + timedelta(days=scan))
        for scan in range(SCANS):
            known = {change for hand, _ in hands[: scan + 1] for change in hand}
            noted = {notice for _, hand in hands[: scan + 1] for notice in hand}
            assert believed(workspace, scan) == {
                "deployment": model.deployments(known),
                "serving": model.serving(known),
                "incident": model.incidents(noted),
            }
        assert check_warehouse(workspace) == []
