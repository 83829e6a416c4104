"""Audit records in, rows of `audit_event` out, a chunk of a log at a time."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np
import polars as pl
import pyarrow as pa

from lineage_pipeline.formats.audit.fields import FieldReader
from lineage_pipeline.formats.audit.identity import content_digest, event_ids
from lineage_pipeline.formats.audit.records import Chunk, problem_of, unreadable
from lineage_pipeline.formats.audit.redaction import Redaction
from lineage_pipeline.formats.audit.rows import DIGESTS, ROW, event_rows, misfits
from lineage_pipeline.formats.records import Records
from lineage_pipeline.formats.redaction import redacted_flag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lineage_pipeline.formats.audit.mapping import AuditMapping
    from lineage_pipeline.formats.rejection import Problem

__all__ = ["ROW", "AuditReader", "AuditRows", "Records"]

_DIGEST_BYTES: Final = hashlib.sha256().digest_size
_NAIVE: Final = ("naive_event_time", "no offset from UTC; the configured zone was assumed")


class AuditRows(NamedTuple):
    """What became of a chunk's records: each is a row or is rejected.

    Attributes:
        rows: one row an accepted record, in the order of the records, with the columns of `ROW`.
        places: for each row the number of its record.
        rejected: the number of each other record, and why it is none.
        flags: event_id, flag and detail of what is odd about accepted records.
        redaction_count: secrets that were masked in accepted records.
    """

    rows: pa.Table
    places: NDArray[np.int64]
    rejected: list[tuple[int, Problem]]
    flags: list[tuple[bytes, str, str]]
    redaction_count: int


class AuditReader:
    """Reads the records of one kind of audit log."""

    def __init__(self, mapping: AuditMapping, default_timezone: str, threads: int = 1) -> None:
        """Prepare to read records by a mapping.

        Args:
            mapping: how records become rows.
            default_timezone: the IANA zone of times that name no offset.
            threads: how many DuckDB may use.
        """
        self._mapping = mapping
        self._zone = default_timezone
        public_keys = mapping.declaration.public_keys
        self._redaction = Redaction(public_keys, is_text=mapping.is_text)
        self._fields = FieldReader(mapping, threads)

    def __enter__(self) -> Self:
        """Return the reader."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the reader."""
        self.close()

    def close(self) -> None:
        """Let go of DuckDB; nothing can be read afterwards."""
        self._fields.close()

    def read(self, records: Records) -> AuditRows:
        """Return the rows of the records, and why the others are none; no input raises."""
        chunk = Chunk(records)
        is_text = self._mapping.is_text
        problems = unreadable(chunk, is_text=is_text)
        masked = self._masked(chunk, problems)
        replaced = {number: body for number, (body, _) in masked.items()}
        numbers, fields = self._fields.read(chunk, replaced, problems)
        rows, is_naive = event_rows(self._mapping, fields, self._zone)
        for place, misfit in misfits(self._mapping, fields, rows):
            number = numbers[place]
            if number not in problems:
                unread = problem_of(chunk.body(number), is_text=is_text)
                problems[number] = unread or misfit
        if len(numbers) + len(problems) > len(chunk):
            is_kept = pl.Series([number not in problems for number in numbers])
            rows, is_naive = rows.filter(is_kept.to_arrow()), is_naive.filter(is_kept)
            numbers = [number for number in numbers if number not in problems]
        digests = _digests(chunk, replaced, problems)
        natives = rows["source_event_id"].to_pylist()
        ids = event_ids(self._mapping.source, zip(natives, digests, strict=True))
        counts = {number: count for number, (_, count) in masked.items() if number not in problems}
        return AuditRows(
            _table(rows, ids, digests),
            np.asarray(numbers, dtype=np.int64),
            sorted(problems.items()),
            _flags(ids, numbers, is_naive, counts),
            sum(counts.values()),
        )

    def _masked(self, chunk: Chunk, problems: dict[int, Problem]) -> dict[int, tuple[bytes, int]]:
        """Return the records that hold secrets without them, and how many each had.

        Those that turn out to be unreadable are added to the problems.
        """
        masked = {}
        for number in self._redaction.to_clean(chunk):
            if number in problems:
                continue
            body = chunk.body(number)
            if problem := problem_of(body, is_text=self._mapping.is_text):
                problems[number] = problem
                continue
            clean, count = self._redaction.clean(body)
            if count:
                masked[number] = (clean, count)
        return masked


def _digests(
    chunk: Chunk, replaced: Mapping[int, bytes], problems: Mapping[int, Problem]
) -> list[bytes]:
    """Return the digest of each record without a problem, as it stands or as it was replaced."""
    digests = list(map(content_digest, chunk))
    for number, body in replaced.items():
        digests[number] = content_digest(body)
    if not problems:
        return digests
    return [digest for number, digest in enumerate(digests) if number not in problems]


def _table(rows: pa.Table, ids: Sequence[bytes], digests: Sequence[bytes]) -> pa.Table:
    """Return the rows with their digests, in the order and the types of `ROW`."""
    for name, values in zip(DIGESTS, (ids, digests), strict=True):
        rows = rows.append_column(name, _digest_column(values))
    return rows.select(ROW.names).cast(ROW)


def _digest_column(digests: Sequence[bytes]) -> pa.BinaryArray:
    """Return digests as a column, from one piece of memory: ten times as fast as one by one."""
    breaks = np.arange(len(digests) + 1, dtype=np.int32) * _DIGEST_BYTES
    buffers = [None, pa.py_buffer(breaks), pa.py_buffer(b"".join(digests))]
    return pa.Array.from_buffers(pa.binary(), len(digests), buffers)


def _flags(
    ids: Sequence[bytes], numbers: Sequence[int], is_naive: pl.Series, masked: Mapping[int, int]
) -> list[tuple[bytes, str, str]]:
    """Return what is odd about the rows, in their order."""
    odd = [(place, *_NAIVE) for place in is_naive.arg_true()]
    if masked:
        place_of = {number: place for place, number in enumerate(numbers)}
        odd += [(place_of[number], *redacted_flag(count)) for number, count in masked.items()]
    return [(ids[place], flag, detail) for place, flag, detail in sorted(odd)]
