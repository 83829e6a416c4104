"""What people do, kept as events: each act a file of its own below landing/governance/, durable.

A file appears whole or not at all, and is never touched again; the next run reads it like any act
that another system has put there.

Source: CloudEvents 1.0.2, JSON event format.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.documents.acts import ACT_TYPES
from lineage_pipeline.paths import ACTS_FOLDER
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lineage_pipeline.paths import WorkspacePaths

FOLDER: Final = "acts"
"""The folder of what is written here, below that of all acts; in it a folder for each month."""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An act.

    Attributes:
        name: what is done, such as `approved`.
        subject: to what: the identifier of a node.
        at: when, in microseconds since 1970.
        data: who did it, why, and what else belongs to it.
        source: where it was done.
    """

    name: str
    subject: str
    at: int
    data: Mapping[str, Any]
    source: str = "/lineage"

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return ACT_TYPES[self.name]


def unsigned_bytes(act: Act) -> bytes:
    """Return what a person signs: the event without its signature, keys in order.

    Its id is the digest of the rest, so that the same act written twice is one act.
    """
    return msgspec.json.encode(_event(act), order="sorted")


def append_act(
    paths: WorkspacePaths,
    act: Act,
    sign: Callable[[bytes], str] | None = None,
    folder: str | None = None,
) -> str:
    """Put an act into landing/governance/, durable when this returns; return its file, as named.

    Args:
        paths: the workspace.
        act: the act.
        sign: returns the signature of bytes.
        folder: where among the acts, if not with those of its month.

    Raises:
        ConfigError: it is none that a scan would take, or is kept under another signature.
        StorageError: it cannot be written, and is not there.
    """
    event = _event(act)
    if sign is not None:
        event["signature"] = sign(unsigned_bytes(act))
    written = msgspec.json.encode(event, order="sorted") + b"\n"
    _require_form(act, written)
    place = folder or f"{EPOCH + timedelta(microseconds=act.at):%Y-%m}"
    path = f"{FOLDER}/{place}/{act.at}-{event['id']}.json"
    disk = Disk(paths.landing / ACTS_FOLDER)
    if disk.read(path) not in (None, written):
        raise ConfigError(
            f"landing/{ACTS_FOLDER}/{path}: the same act of the same instant is kept under another "
            f"signature; say it anew"
        )
    # Whoever died writing the same act has left a file aside, which may be half of it.
    aside = disk.write_aside(f"{event['id']}-{secrets.token_hex(8)}", written)
    disk.put(aside, path)
    disk.sync_folders([path])
    return f"landing/{ACTS_FOLDER}/{path}"


def _event(act: Act) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "source": act.source,
        "type": act.type,
        "subject": act.subject,
        "time": _instant(act.at),
        "datacontenttype": "application/json",
        "data": act.data,
    }
    id_ = sha256(msgspec.json.encode(event, order="sorted")).hexdigest()[:32]
    return {**event, "id": id_}


def _require_form(act: Act, written: bytes) -> None:
    from lineage_pipeline.formats.documents import read_document
    from lineage_pipeline.formats.rejection import Problem

    found = read_document(ACTS_FOLDER, written, "", "UTC")
    if isinstance(found, Problem):
        raise ConfigError(f"{act.name}: {found.reason}; correct what the act says")


def _instant(at: int) -> str:
    moment = EPOCH + timedelta(microseconds=at)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
