"""Deliveries: what is signed, in time and new lands durably before it is answered; all else not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError, StorageError
from lineage_pipeline.registry import remembered
from lineage_pipeline.registry.receiving import MAX_BODY_BYTES, Receiver
from lineage_pipeline.registry.webhooks import signature_of
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.warehouse.query import open_warehouse
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

NOW = datetime(2026, 10, 12, 5, tzinfo=UTC)
SECRET = "hunter2-secret"
TOKEN = "hunter2-token"
ENVIRONMENT = {"HOOK": SECRET, "ALERTS": TOKEN}
HOOK = "/webhooks/mlflow"
ALERTS = "/webhooks/alertmanager"
SETTINGS = """
[[registry.mlflow]]
url = "https://mlflow.example.org"
webhook_secret_env = "HOOK"

[monitoring]
alertmanager_token_env = "ALERTS"
"""
# As MLflow writes it, and with a spacing that nobody else would write.
BODY = (
    b'{"entity": "model_version_alias", "action": "created",  "timestamp": '
    b'"2026-10-12T04:59:59.186730+00:00", "data": {"name": "credit-risk", "alias": "champion", '
    b'"version": "3"}}'
)
ALERT = json.dumps(
    {
        "version": "4",
        "alerts": [
            {"status": "firing", "labels": {"model": "credit-risk"}, "fingerprint": "f",
             "startsAt": "2026-10-09T03:12:40Z", "endsAt": "0001-01-01T00:00:00Z"},
        ],
    },
    indent=1,
).encode()  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return published_workspace(tmp_path / "workspace", SETTINGS)


@pytest.fixture
def receiver(workspace: Workspace) -> Receiver:
    return Receiver(workspace.paths, workspace.settings, ENVIRONMENT)


def signed(
    body: bytes = BODY, delivery_id: str = "d-1", at: datetime = NOW, secret: str = SECRET
) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json",
        "X-MLflow-Delivery-Id": delivery_id,
        "X-MLflow-Timestamp": seconds,
        "X-MLflow-Signature": signature_of(secret.encode(), delivery_id, seconds, body),
    }


def landed(workspace: Workspace, source: str = "audit/mlflow") -> list[Path]:
    return [
        file for file in sorted((workspace.paths.landing / source).rglob("*")) if file.is_file()
    ]


def test_a_delivery_lands_so_that_its_signature_can_be_verified_again(
    workspace: Workspace, receiver: Receiver
) -> None:
    assert receiver.receive(HOOK, signed(), BODY, NOW) == (200, "received")
    (file,) = landed(workspace)
    assert file.parent.relative_to(workspace.paths.landing / "audit/mlflow").as_posix() == (
        "mlflow.example.org/20261012"
    )
    data = file.read_bytes()
    assert BODY in data
    record = json.loads(data)
    assert list(record) == ["path", "headers", "body"]
    assert record["headers"] == {
        name: value for name, value in signed().items() if name.startswith("X-")
    }
    assert b"hunter2" not in data


def test_what_landed_is_scanned_as_an_audit_event(workspace: Workspace, receiver: Receiver) -> None:
    for number in range(3):
        headers = {name.lower(): value for name, value in signed(delivery_id=f"d{number}").items()}
        assert receiver.receive(HOOK, headers, BODY, NOW).status == 200
    auth = {"authorization": f"Bearer {TOKEN}"}
    assert receiver.receive(ALERTS, auth, ALERT, NOW).status == 200
    pipeline.run(workspace, pipeline.system_clock, CLOCK)
    with open_warehouse(workspace.paths) as warehouse:
        events = warehouse.query(
            "select source, source_event_id, action, model_version from audit.event order by 2"
        ).rows
        kinds = warehouse.query("select kind from silver.document").rows
        quarantined = warehouse.query("select count(*) from quality.quarantine").rows
    assert events == [("mlflow", f"d{n}", "model_version_alias.created", "3") for n in range(3)]
    assert (kinds, quarantined) == ([("alert",)], [(0,)])


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (signed(), BODY.replace(b'"3"', b'"4"'), 401),
        (signed(secret="another"), BODY, 401),
        (signed(BODY + b" "), BODY, 401),
        (signed() | {"X-MLflow-Delivery-Id": "d-2"}, BODY, 401),
        (signed() | {"X-MLflow-Delivery-Id": "d.1"}, BODY, 401),
        (signed() | {"X-MLflow-Delivery-Id": ""}, BODY, 401),
        (signed() | {"X-MLflow-Timestamp": "1"}, BODY, 401),
        (signed() | {"X-MLflow-Timestamp": "soon"}, BODY, 401),
        (signed() | {"X-MLflow-Signature": ""}, BODY, 401),
        (signed() | {"X-MLflow-Signature": "v1,\udcff"}, BODY, 401),
        (signed() | {"x-mlflow-signature": "v1,"}, BODY, 400),
        ({}, BODY, 401),
        (signed(at=NOW - timedelta(seconds=301)), BODY, 403),
        (signed(at=NOW + timedelta(seconds=301)), BODY, 403),
        (signed(b"{}"), b"{}", 422),
        (signed(b"not json"), b"not json", 422),
        (signed(b"[" * 100_000), b"[" * 100_000, 422),
        (signed(b'{"data": "\xff"}'), b'{"data": "\xff"}', 422),
        (signed(b" " * (MAX_BODY_BYTES + 1)), b" " * (MAX_BODY_BYTES + 1), 413),
    ],
)
def test_what_is_refused_leaves_nothing_and_tells_no_secret(
    workspace: Workspace, receiver: Receiver, headers: dict[str, str], body: bytes, status: int
) -> None:
    response = receiver.receive(HOOK, headers, body, NOW)
    assert response.status == status
    assert "hunter2" not in response.reason
    assert signature_of(SECRET.encode(), "d-1", str(int(NOW.timestamp())), BODY)[3:] not in (
        response.reason
    )
    assert landed(workspace) == []


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_clocks_may_differ_a_little(receiver: Receiver, seconds: int) -> None:
    headers = signed(at=NOW + timedelta(seconds=seconds))
    assert receiver.receive(HOOK, headers, BODY, NOW).status == 200


def test_a_replay_is_refused_also_by_a_receiver_that_was_started_anew(
    workspace: Workspace, receiver: Receiver
) -> None:
    assert receiver.receive(HOOK, signed(), BODY, NOW).status == 200
    again = Receiver(workspace.paths, workspace.settings, ENVIRONMENT)
    for one in (receiver, again):
        assert one.receive(HOOK, signed(), BODY, NOW) == (409, "it was received before")
    assert len(landed(workspace)) == 1


def test_a_replay_is_refused_after_the_first_was_taken_away(
    workspace: Workspace, receiver: Receiver
) -> None:
    receiver.receive(HOOK, signed(), BODY, NOW)
    landed(workspace)[0].unlink()
    late = NOW + timedelta(seconds=299)
    assert receiver.receive(HOOK, signed(), BODY, late).status == 409
    assert landed(workspace) == []


def test_what_landed_and_was_not_remembered_is_refused_and_remembered(
    workspace: Workspace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(remembered.Remembered, "add", die)
        with pytest.raises(KeyboardInterrupt):
            receiver.receive(HOOK, signed(), BODY, NOW)
    assert receiver.receive(HOOK, signed(), BODY, NOW).status == 409
    landed(workspace)[0].unlink()
    assert receiver.receive(HOOK, signed(), BODY, NOW).status == 409


def test_what_is_too_old_to_be_taken_is_forgotten(workspace: Workspace, receiver: Receiver) -> None:
    folder = workspace.paths.root / "receiver/mlflow/mlflow.example.org"

    def ids() -> int:
        return len([file for file in folder.rglob("*") if file.is_file()])

    for number in range(5):
        receiver.receive(HOOK, signed(delivery_id=f"d{number}"), BODY, NOW)
    assert ids() == 5
    later = NOW + timedelta(hours=1)
    receiver.receive(HOOK, signed(delivery_id="late", at=later), BODY, later)
    assert ids() == 1
    assert receiver.receive(HOOK, signed(delivery_id="d0"), BODY, later).status == 403


def test_more_than_can_be_remembered_is_not_taken(
    workspace: Workspace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MAX_IN_FOLDER", 2)
    statuses = [
        receiver.receive(HOOK, signed(delivery_id=f"d{number}"), BODY, NOW).status
        for number in range(3)
    ]
    assert statuses == [200, 200, 503]
    assert len(landed(workspace)) == 2


@pytest.mark.parametrize("call", ["write_aside", "put_new", "sync_folders"])
def test_what_cannot_be_kept_is_not_answered_as_received(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> str:
        raise StorageError("/secret/place", "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Disk, call, fail)
        response = receiver.receive(HOOK, signed(), BODY, NOW)
    assert response == (503, "it cannot be kept: No space left on device; deliver it again")
    assert receiver.receive(HOOK, signed(), BODY, NOW).status in (200, 409)


def test_all_is_durable_before_it_is_answered(
    workspace: Workspace, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file before its name, its name before the memory of it."""
    calls: list[str] = []
    for name in ("write_aside", "put_new", "sync_folders"):
        real: Any = getattr(Disk, name)

        def noted(self: Disk, *args: Any, name: str = name, real: Any = real) -> Any:
            calls.append(f"{self.root.name} {name}")
            return real(self, *args)

        monkeypatch.setattr(Disk, name, noted)
    receiver.receive(HOOK, signed(), BODY, NOW)
    host = "mlflow.example.org"
    assert calls == [
        "landing write_aside", "landing put_new", "landing sync_folders",
        f"{host} write_aside", f"{host} put_new", f"{host} sync_folders",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "body", "status"),
    [
        (f"Bearer {TOKEN}", ALERT, 200),
        (f"bearer {TOKEN}", ALERT, 200),
        ("Bearer another", ALERT, 401),
        (f"Basic {TOKEN}", ALERT, 401),
        (f"Bearer {TOKEN} ", ALERT, 401),
        ("Bearer", ALERT, 401),
        ("", ALERT, 401),
        (f"Bearer {TOKEN}", b"{}", 422),
        (f"Bearer {TOKEN}", b'{"metrics": []}', 422),
        (f"Bearer {TOKEN}", b"[" * 100_000, 422),
    ],
)
def test_alertmanager_is_known_by_its_token(
    workspace: Workspace, receiver: Receiver, header: str, body: bytes, status: int
) -> None:
    response = receiver.receive(ALERTS, {"Authorization": header}, body, NOW)
    assert response.status == status
    assert "hunter2" not in response.reason
    files = landed(workspace, "monitoring/alertmanager")
    assert [file.read_bytes() for file in files] == ([ALERT] if status == 200 else [])


@pytest.mark.parametrize(
    "path",
    ["/", "/webhooks", "/webhooks/mlflow/other", "/webhooks/mlflow/../x", "/webhooks/mlflow/"],
)
def test_nothing_is_delivered_elsewhere(receiver: Receiver, path: str) -> None:
    assert receiver.receive(path, signed(), BODY, NOW).status == 404


def test_each_registry_has_its_own_secret(tmp_path: Path) -> None:
    settings = "".join(
        f'[[registry.mlflow]]\nurl = "https://{name}"\nwebhook_secret_env = "{name.upper()}"\n'
        for name in ("a", "b")
    )
    workspace = published_workspace(tmp_path / "two", settings)
    receiver = Receiver(workspace.paths, workspace.settings, {"A": "one", "B": "two"})
    assert receiver.receive(HOOK, signed(secret="one"), BODY, NOW).status == 404
    assert receiver.receive(f"{HOOK}/a", signed(secret="one"), BODY, NOW).status == 200
    assert receiver.receive(f"{HOOK}/b", signed(secret="one"), BODY, NOW).status == 401
    assert receiver.receive(f"{HOOK}/b", signed(secret="two"), BODY, NOW).status == 200
    assert receiver.receive(ALERTS, {"Authorization": "Bearer "}, ALERT, NOW).status == 404


def test_a_receiver_without_its_secrets_does_not_start(workspace: Workspace) -> None:
    with pytest.raises(ConfigError, match="HOOK is not set"):
        Receiver(workspace.paths, workspace.settings, {"ALERTS": TOKEN})
    with pytest.raises(ConfigError, match="ALERTS is not set"):
        Receiver(workspace.paths, workspace.settings, {"HOOK": SECRET})
