"""Rows and batches sealed with nothing but `json` and `hashlib`: slow, and on its own."""

from __future__ import annotations

import hashlib
import json
import struct
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.trail import naive


def said(value: Any) -> Any:
    if isinstance(value, list):
        return [said(each) for each in value]
    if isinstance(value, datetime):
        days = value.toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001
        seconds = days * 86400 + value.hour * 3600 + value.minute * 60 + value.second
        value = seconds * 1_000_000 + value.microsecond
    if isinstance(value, int) and abs(value) >= 2**53:
        return str(value)
    if isinstance(value, float):
        value = struct.pack(">d", value)
    if isinstance(value, bytes):
        return "".join(f"{byte:02x}" for byte in value)
    return format(value, "f") if isinstance(value, Decimal) else value


def row_bytes(row: dict[str, Any]) -> bytes:
    """Return a row as JSON; names of columns in tests sort the same in every encoding."""
    stated = {key: said(value) for key, value in row.items()}
    return json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaves(rows: list[dict[str, Any]], profile: str) -> list[bytes]:
    """Return what the leaves of a batch hold."""
    if profile == "row":
        return [row["row_salt"] + row_bytes({k: v for k, v in row.items() if k != "row_salt"})
                for row in rows]  # fmt: skip
    return [b"\n".join(map(row_bytes, rows[n : n + 64])) for n in range(0, len(rows), 64)]


def root(rows: list[dict[str, Any]], profile: str) -> bytes:
    return naive.tree_hash(leaves(rows, profile))


def ranges(rows: list[dict[str, Any]], profile: str) -> bytes:
    return b"".join(root(rows[n : n + 256], profile) for n in range(0, len(rows), 256))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
