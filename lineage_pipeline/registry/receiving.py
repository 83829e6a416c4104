"""Deliveries on their way into landing/: verified, kept durably, and only then answered.

A server calls `receive` for each request, after it has read no more than `MAX_BODY_BYTES` of it.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from lineage_pipeline.errors import StorageError
from lineage_pipeline.formats.documents import read_document
from lineage_pipeline.formats.documents.document import FreeForm, Part
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.registry.remembered import Remembered, name_of
from lineage_pipeline.registry.secrets import secret
from lineage_pipeline.registry.webhooks import (
    DELIVERY_ID,
    SIGNATURE,
    TIMESTAMP,
    Delivery,
    Response,
    bears,
    verified,
)
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.settings.lineage_toml import Settings

MAX_BODY_BYTES: Final = 1 << 20
MLFLOW_PATH: Final = "/webhooks/mlflow"
"""Where MLflow delivers; `/HOST` behind it says which, where several may."""
ALERTMANAGER_PATH: Final = "/webhooks/alertmanager"
RECEIVER: Final = "receiver"
"""The folder of the workspace in which it is remembered what was received."""
_RECEIVED: Final = Response(200, "received")


class _Event(Part, frozen=True, kw_only=True):
    """What every delivery of MLflow says."""

    entity: str
    action: str
    timestamp: str
    data: FreeForm


_EVENT: Final = msgspec.json.Decoder(_Event)


class Receiver:
    """Takes deliveries for one workspace."""

    def __init__(
        self, paths: WorkspacePaths, settings: Settings, environment: Mapping[str, str]
    ) -> None:
        """Take deliveries of those whose secrets the settings name.

        Raises:
            ConfigError: a secret is not set.
        """
        self._root = paths.root
        self._disk = Disk(paths.landing)
        self._zone = settings.scan.default_timezone
        self._secrets = {
            each.folder: secret(each.webhook_secret_env, environment, each.namespace).encode()
            for each in settings.registry.mlflow
            if each.webhook_secret_env
        }
        variable = settings.monitoring.alertmanager_token_env
        self._token = secret(variable, environment, "Alertmanager") if variable else None

    def receive(
        self, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Response:
        """Return what to answer; what is answered with 200 is durable in landing/.

        Args:
            path: what stands behind the host in the request, such as `/webhooks/mlflow`.
            headers: of the request.
            body: its bytes as they came.
            now: the time.
        """
        if len(body) > MAX_BODY_BYTES:
            return Response(413, f"it is longer than {MAX_BODY_BYTES} bytes")
        lowered = {name.lower(): value for name, value in headers.items()}
        if len(lowered) < len(headers):
            return Response(400, "it has a header twice")
        try:
            if path == ALERTMANAGER_PATH and self._token is not None:
                return self._alert(self._token, lowered, body, now)
            folder = self._sender(path)
            if folder is not None:
                return self._event(folder, path, lowered, body, now)
        except StorageError as error:
            return Response(503, f"it cannot be kept: {error.reason}; deliver it again")
        return Response(404, "nothing is delivered here")

    def _sender(self, path: str) -> str | None:
        """Return the folder of the registry that delivers at a path; None if there is none."""
        if path == MLFLOW_PATH and len(self._secrets) == 1:
            return next(iter(self._secrets))
        root, _, folder = path.rpartition("/")
        return folder if root == MLFLOW_PATH and folder in self._secrets else None

    def _event(
        self, folder: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Response:
        delivery = verified(headers, body, self._secrets[folder], now)
        if isinstance(delivery, Response):
            return delivery
        try:
            _EVENT.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return Response(422, "it is signed, but no event of MLflow")
        remembered = Remembered(self._root / RECEIVER / "mlflow" / folder)
        if remembered.knows(delivery):
            return Response(409, "it was received before")
        if not remembered.has_room(delivery):
            return Response(503, "more is delivered than can be remembered; deliver it again")
        signed_at = datetime.fromtimestamp(delivery.sent_at, UTC)
        is_new = self._land(
            f"audit/mlflow/{folder}/{signed_at:%Y%m%d}",
            f"{signed_at:%Y%m%dT%H%M%SZ}-{name_of(delivery)}.json",
            _record(path, delivery, body),
        )
        # Also of what was landed before: whoever landed it may have died before it said so.
        remembered.add(delivery, now)
        return _RECEIVED if is_new else Response(409, "it was received before")

    def _alert(
        self, token: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Response:
        if not bears(headers, token):
            return Response(401, "it bears another token, or none")
        found = read_document("monitoring", body, "", self._zone)
        if isinstance(found, Problem) or found.kind != "alert":
            code = found.code if isinstance(found, Problem) else found.kind
            return Response(422, f"it is no notification of Alertmanager: {code}")
        at = now.astimezone(UTC)
        # The same in one second is the same: Alertmanager has no identifier for a delivery.
        self._land(
            f"monitoring/alertmanager/{at:%Y%m%d}",
            f"{at:%Y%m%dT%H%M%SZ}-{sha256(body).hexdigest()[:32]}.json",
            body,
        )
        return _RECEIVED

    def _land(self, folder: str, name: str, data: bytes) -> bool:
        """Return whether a file is new in landing/; it is durable now, as it is or as it was."""
        path = f"{folder}/{name}"
        aside = self._disk.write_aside(secrets.token_hex(16), data)
        try:
            self._disk.put_new(aside, path)
            is_new = True
        except FileExistsError:
            is_new = False
        finally:
            self._disk.remove(aside)
        self._disk.sync_folders([path])
        return is_new


def _record(path: str, delivery: Delivery, body: bytes) -> bytes:
    """Return a delivery as it lands: its body byte for byte, so that its signature still holds."""
    record = {
        "path": path,
        "headers": {
            DELIVERY_ID: delivery.delivery_id,
            TIMESTAMP: str(delivery.sent_at),
            SIGNATURE: delivery.signature,
        },
        "body": msgspec.Raw(body),
    }
    return msgspec.json.encode(record) + b"\n"
