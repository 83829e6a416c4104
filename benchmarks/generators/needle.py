"""Audit rows of three years as Parquet, month by month, to look for a needle in.

The rows have the columns of the canonical audit row. Actors and models are skewed as people and
models are: a few do most, most do little; every resource is about as frequent as any other.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from lineage_pipeline.schemas import AUDIT_EVENT
from lineage_pipeline.trail.lines import SALT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

ACTORS: Final = 20_000
RESOURCES: Final = 2_000_000
MODELS: Final = 3_000
MONTHS: Final = 36
FIRST_MONTH: Final = np.datetime64("2023-03", "M")
ROW_GROUP_ROWS: Final = 250_000
CHUNK_ROWS: Final = 500_000

_UNIQUE: Final = frozenset(
    {"event_id", "content_sha256", "source_event_id", "correlation_id", "occurred_text"}
    | {"occurred_at", "ingested_at", "source_offset", "row_number", "row_salt"}
)
_HEX: Final = np.array([f"{byte:02x}".encode() for byte in range(256)], dtype="S2")
_ACTIONS: Final = (
    ("GetObject", "access", 2), ("PutObject", "access", 1), ("DeleteObject", "retention", 4),
    ("CreateTrainingJob", "train", 1), ("CreateModelPackage", "register", 1),
    ("UpdateModelPackage", "approve", 3), ("CreateEndpoint", "deploy", 1), ("Decrypt", "access", 2),
)  # fmt: skip

Draw = np.random.Generator


def actor_name(rank: int) -> str:
    """Return the actor at this rank, 0 being the busiest."""
    return f"arn:aws:sts::111122223333:assumed-role/ml-engineer/user-{rank:05d}"


def resource_name(number: int) -> str:
    """Return the identifier of a resource."""
    return f"arn:aws:s3:::ml-train/training/credit/part-{number:07d}.parquet"


def write_months(out: Path, rows: int, seed: int) -> int:
    """Return the bytes of the files written: one a month, its rows in the order of time."""
    out.mkdir(parents=True, exist_ok=True)
    total = 0
    pool = _Pool()
    for ordinal in range(MONTHS):
        count = rows * (ordinal + 1) // MONTHS - rows * ordinal // MONTHS
        month = FIRST_MONTH + ordinal
        file = out / f"{month}.parquet"
        _write_month(file, pool, month, count, np.random.default_rng([seed, ordinal]))
        total += file.stat().st_size
    return total


def _write_month(file: Path, pool: _Pool, month: np.datetime64, rows: int, draw: Draw) -> None:
    first = month.astype("datetime64[us]").astype(np.int64)
    last = (month + 1).astype("datetime64[us]").astype(np.int64)
    instants = np.sort(draw.integers(first, last, rows))
    repeating = [name for name in AUDIT_EVENT.names if name not in _UNIQUE]
    with pq.ParquetWriter(
        file, AUDIT_EVENT, compression="zstd", use_dictionary=repeating, store_schema=False
    ) as writer:
        for start in range(0, rows, CHUNK_ROWS):
            times = instants[start : start + CHUNK_ROWS]
            table = pool.rows(times, str(month), start, draw)
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)


class _Pool:
    """The values that repeat, rendered once."""

    def __init__(self) -> None:
        self._actors = _numbered(actor_name(0), np.arange(ACTORS))
        self._models = _numbered("model:sagemaker:model-0000", np.arange(MODELS))

    def rows(self, times: NDArray[np.int64], month: str, start: int, draw: Draw) -> pa.Table:
        """Return one row for each of these times; `start` is how many the month has before."""
        count = len(times)
        action = draw.choice(len(_ACTIONS), count, p=(0.5, 0.2, 0.02, 0.06, 0.04, 0.04, 0.04, 0.1))
        is_denied = draw.random(count) < 0.02
        made: dict[str, Callable[[], pa.Array]] = {
            "batch_id": lambda: _one(f"{month}-batch", count),
            "event_id": lambda: _digests(draw, count),
            "content_sha256": lambda: _digests(draw, count),
            "source": lambda: _one("audit/cloudtrail", count),
            "source_event_id": lambda: _uuids(draw, count),
            "occurred_at": lambda: pa.array(times).cast(AUDIT_EVENT.field("occurred_at").type),
            "occurred_text": lambda: _texts(times),
            "tenant": lambda: _one("111122223333", count),
            "category": lambda: _named([category for _, category, _ in _ACTIONS], action),
            "action": lambda: _named([name for name, _, _ in _ACTIONS], action),
            "activity_id": lambda: pa.array(
                np.array([activity for *_, activity in _ACTIONS], np.uint8)[action]
            ),
            "outcome": lambda: _named(["success", "denied"], is_denied.astype(np.int8)),
            "actor_id": lambda: _taken(self._actors, _skewed(draw, ACTORS, count)),
            "actor_type": lambda: _one("human", count),
            "on_behalf_of": lambda: _one("arn:aws:iam::111122223333:role/ml-engineer", count),
            "src_ip": lambda: _addresses(draw, count),
            "user_agent": lambda: _one("Boto3/1.40.1 md/Botocore#1.40.1", count),
            "correlation_id": lambda: _uuids(draw, count),
            "resource_type": lambda: _one("AWS::S3::Object", count),
            "resource_id": lambda: _numbered(resource_name(0), draw.integers(0, RESOURCES, count)),
            "model_key": lambda: _taken(self._models, _skewed(draw, MODELS, count)),
            "attrs": lambda: _one(json.dumps({"region": "eu-west-1"}), count),
            "is_interim": lambda: pa.array(np.zeros(count, bool)),
            "source_file": lambda: _one(f"landing/audit/cloudtrail/{month}.ndjson.gz", count),
            "source_offset": lambda: pa.array((start + np.arange(count)) * 1_400),
            "source_bytes": lambda: pa.array(np.full(count, 1_399)),
            "ingested_at": lambda: pa.array(times + 900_000_000).cast(
                AUDIT_EVENT.field("ingested_at").type
            ),
            "task": lambda: pa.array(np.zeros(count, np.int32)),
            "row_number": lambda: pa.array(start + np.arange(count)),
            "row_salt": lambda: _salts(draw, count),
        }
        columns = [
            made[field.name]().cast(field.type) if field.name in made
            else pa.nulls(count, field.type)
            for field in AUDIT_EVENT
        ]  # fmt: skip
        return pa.table(columns, schema=AUDIT_EVENT)


def _numbered(zeroth: str, numbers: NDArray[np.int64]) -> pa.Array:
    """Return texts like the zeroth, each with its number in place of the zeros."""
    before, zeros, after = re.split(r"(0{3,})(?!.*0{3})", zeroth)
    digits = pl.Series(numbers).cast(pl.String).str.zfill(len(zeros))
    return (before + digits + after).to_arrow(compat_level=pl.CompatLevel.oldest())


def _skewed(draw: Draw, count: int, size: int) -> NDArray[np.int64]:
    """Return numbers below `count`; the frequency of each falls about as one over its rank."""
    numbers: NDArray[np.int64] = (np.power(float(count), draw.random(size)) - 1).astype(np.int64)
    return numbers


def _one(text: str, count: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(count, np.int64)))


def _named(names: Sequence[str], places: NDArray[np.integer]) -> pa.Array:
    return pa.array(names).take(pa.array(places))


def _taken(values: pa.Array, places: NDArray[np.int64]) -> pa.Array:
    return values.take(pa.array(places))


def _digests(draw: Draw, count: int) -> pa.Array:
    raw = pa.py_buffer(draw.bytes(32 * count))
    return pa.Array.from_buffers(pa.binary(32), count, [None, raw])


def _salts(draw: Draw, count: int) -> pa.Array:
    raw = pa.py_buffer(draw.bytes(SALT_BYTES * count))
    return pa.Array.from_buffers(pa.binary(SALT_BYTES), count, [None, raw])


def _strings(text: NDArray[np.bytes_], width: int) -> pa.Array:
    """Return ASCII texts that are all `width` bytes long."""
    offsets = pa.py_buffer(np.arange(0, width * (len(text) + 1), width, dtype=np.int32))
    body = pa.py_buffer(np.ascontiguousarray(text))
    return pa.Array.from_buffers(pa.string(), len(text), [None, offsets, body])


def _uuids(draw: Draw, count: int) -> pa.Array:
    octets = np.frombuffer(draw.bytes(16 * count), np.uint8).reshape(count, 16)
    digits = _HEX[octets].view("S1").reshape(count, 32)
    text = np.full((count, 36), b"-", dtype="S1")
    for source, target, width in ((0, 0, 8), (8, 9, 4), (12, 14, 4), (16, 19, 4), (20, 24, 12)):
        text[:, target : target + width] = digits[:, source : source + width]
    return _strings(text.view("S36").reshape(count), 36)


def _texts(times: NDArray[np.int64]) -> pa.Array:
    text = np.datetime_as_string(times.astype("datetime64[us]"), unit="us", timezone="UTC")
    return pa.array(text.astype(object), pa.string())


def _addresses(draw: Draw, count: int) -> pa.Array:
    pool = pa.array([f"203.0.{third}.{fourth}" for third in range(16) for fourth in range(256)])
    return _taken(pool, draw.integers(0, len(pool), count))
