"""Chunks of audit records for tests, and what the reader makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from lineage_pipeline.formats.audit import MAPPINGS, AuditMapping, generic_mappings
from lineage_pipeline.formats.audit.reader import AuditReader, AuditRows, Records
from lineage_pipeline.settings.lineage_toml import AuditDeclaration

if TYPE_CHECKING:
    from collections.abc import Sequence

SAMPLES = Path(__file__).parent / "samples"
LEAST: dict[str, Any] = {"columns": {"occurred_at": "$.time", "action": "$.action"}}
"""What every declaration needs."""


def as_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def records_of(bodies: Sequence[bytes]) -> Records:
    """Return the bodies as one piece of memory, each with a line break behind it."""
    sizes = np.array([len(body) for body in bodies], np.int64)
    offsets = np.concatenate([[0], np.cumsum(sizes + 1)])[: len(bodies)].astype(np.int64)
    return Records(b"".join(body + b"\n" for body in bodies), offsets, sizes)


def read(mapping: AuditMapping, bodies: Sequence[bytes], zone: str = "UTC") -> AuditRows:
    with AuditReader(mapping, zone) as reader:
        return reader.read(records_of(bodies))


def rows(mapping: AuditMapping, *values: object, zone: str = "UTC") -> list[dict[str, Any]]:
    """Return the rows of values that are all events."""
    found = read(mapping, [as_bytes(value) for value in values], zone)
    assert found.rejected == []
    listed: list[dict[str, Any]] = found.rows.to_pylist()
    return listed


def mapping(**declared: Any) -> AuditMapping:
    """Return a declaration, completed by what every declaration needs, as a mapping."""
    columns = {**LEAST["columns"], **declared.pop("columns", {})}
    content = {"columns": columns, **declared}
    declaration = msgspec.convert(content, AuditDeclaration, strict=True)
    return generic_mappings({"made": declaration})["made"]


def event(**fields: object) -> dict[str, object]:
    """Return a record that `mapping` takes."""
    return {"time": "2026-03-02T09:14:07Z", "action": "act", **fields}


def samples() -> dict[str, list[bytes]]:
    """Return the records of every sample, by the name of their mapping."""
    trail = json.loads((SAMPLES / "cloudtrail.json").read_bytes())["Records"]
    deliveries = json.loads((SAMPLES / "webhook_deliveries.json").read_bytes())
    wrapped = [as_bytes(delivery) for delivery in deliveries]
    return {
        "cloudtrail": [as_bytes(record) for record in trail],
        "kubernetes": (SAMPLES / "kubernetes.ndjson").read_bytes().splitlines(),
        "mlflow": wrapped + [as_bytes(delivery["body"]) for delivery in deliveries],
        "mlflow_access": (SAMPLES / "server_access.log").read_bytes().splitlines(),
        "cloudevents": (SAMPLES / "cloudevents.ndjson").read_bytes().splitlines(),
    }


__all__ = ["MAPPINGS", "SAMPLES", "as_bytes", "event", "mapping", "read", "records_of", "rows"]
