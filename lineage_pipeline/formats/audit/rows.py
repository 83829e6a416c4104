"""Rows of `audit_event` without their digests, out of the fields of records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from lineage_pipeline.formats.audit.occurrence import occurrences
from lineage_pipeline.formats.audit.rules import Subject, decided
from lineage_pipeline.formats.audit.selection import RECOGNISED, subjects
from lineage_pipeline.formats.audit.value import RULED, subject
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.schemas import AUDIT_EVENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.formats.audit.mapping import AuditMapping

_BEGINS: Final = AUDIT_EVENT.get_field_index("event_id")
_ENDS: Final = AUDIT_EVENT.get_field_index("is_interim") + 1
ROW: Final = pa.schema(list(AUDIT_EVENT)[_BEGINS:_ENDS])
"""The columns of `audit_event` that a record alone decides."""

DIGESTS: Final = ("event_id", "content_sha256")
_CODES: Final = {"occurred_text": "missing_event_time"}


class EventRows(NamedTuple):
    """Rows that may lack what an event needs.

    Attributes:
        table: the columns of `ROW` but its digests.
        is_naive: for each row whether its time named no offset.
    """

    table: pa.Table
    is_naive: pl.Series


def event_rows(mapping: AuditMapping, fields: pa.Table, zone: str) -> EventRows:
    """Return one row a record.

    Args:
        mapping: how records become rows.
        fields: what they hold, with the columns of `selection`.
        zone: the IANA zone of times that name no offset.
    """
    count = fields.num_rows
    fields = _without_empty_texts(fields)
    times = occurrences(_series(fields, "occurred_at"), mapping.declaration.time, zone)
    made = {
        "source": pl.Series([mapping.source]).new_from_index(0, count),
        "occurred_at": times["occurred_at"],
        "status_code": _series(fields, "status_code").cast(pl.Int32, strict=False),
        **_decided(mapping, fields),
    }
    columns = []
    for column in ROW:
        name = "occurred_at" if column.name == "occurred_text" else column.name
        if column.name in made:
            columns.append(_arrow(made[column.name]).cast(column.type))
        elif name in fields.column_names:
            columns.append(fields[name].cast(column.type))
        elif name not in DIGESTS:
            columns.append(pa.nulls(count, column.type))
    names = [name for name in ROW.names if name not in DIGESTS]
    return EventRows(pa.table(columns, names), times["is_naive"])


def misfits(
    mapping: AuditMapping, fields: pa.Table, rows: pa.Table
) -> Iterator[tuple[int, Problem]]:
    """Yield the place of each row that is no event, and why; a row may come more than once."""
    is_other = ~_series(fields, RECOGNISED).cast(pl.Boolean)
    yield from ((place, _not_an_event(mapping)) for place in is_other.arg_true())
    for column in mapping.required:
        name = "occurred_text" if column == "occurred_at" else column
        code = _CODES.get(name, f"missing_{column}")
        problem = Problem(code, f"the record has nothing for {column}")
        yield from ((place, problem) for place in _nulls(rows, name))
    problem = Problem("invalid_event_time", "the event's time is no time that can be kept")
    yield from ((place, problem) for place in _nulls(rows, "occurred_at"))


def _decided(mapping: AuditMapping, fields: pa.Table) -> dict[str, pl.Series]:
    """Return the columns of fixed vocabulary."""
    names = {value: name for name, value in subjects(mapping).items()}
    rules = {
        column: [
            (str(rule.of) if (value := subject(rule)) is None else names[value], rule)
            for rule in mapping.rules(column)
        ]
        for column in RULED
    }
    asked = dict.fromkeys(name for column in RULED for name, _ in rules[column])
    looked_at = {name: Subject(_texts(fields, name)) for name in asked}
    return {column: decided(column, rules[column], looked_at, fields.num_rows) for column in RULED}


def _without_empty_texts(fields: pa.Table) -> pa.Table:
    """Return the fields with null for the empty text: logs write it where they know nothing."""
    for place, field in enumerate(fields.schema):
        column = fields.column(place)
        if pa.types.is_string(field.type) and any(map(_has_empty, column.chunks)):
            texts = pl.Series(column)
            filled = pl.select(pl.when(texts.str.len_bytes() > 0).then(texts)).to_series()
            fields = fields.set_column(place, field, _arrow(filled).cast(field.type))
    return fields


def _has_empty(texts: pa.StringArray) -> bool:
    """Return whether a text has no bytes, from the offsets alone, which is quick."""
    breaks = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1]
    return bool(np.count_nonzero(breaks[1:] == breaks[:-1]) > texts.null_count)


def _not_an_event(mapping: AuditMapping) -> Problem:
    if mapping.is_text:
        return Problem("not_an_event", "the line does not look like one of this log")
    wanted = " or ".join(", ".join(group) for group in mapping.declaration.recognise)
    return Problem("not_an_event", f"the record has no {wanted}")


def _nulls(table: pa.Table, name: str) -> list[int]:
    if not table[name].null_count:
        return []
    places: list[int] = _series(table, name).is_null().arg_true().to_list()
    return places


def _texts(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Return a column of texts; nulls if there is none of the name."""
    if name in table.column_names:
        return table[name]
    return pa.chunked_array([pa.nulls(table.num_rows, pa.string())])


def _series(table: pa.Table, name: str) -> pl.Series:
    """Return a column; null texts if there is none of the name."""
    if name in table.column_names:
        return pl.Series(name, table[name])
    return pl.Series(name, [None], pl.String).new_from_index(0, table.num_rows)


def _arrow(series: pl.Series) -> pa.Array:
    return series.to_arrow(compat_level=pl.CompatLevel.oldest())
