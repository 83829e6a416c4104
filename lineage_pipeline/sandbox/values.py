"""Values of DuckDB as JSON has them, by the type of their column.

| type | as |
|---|---|
| BOOLEAN, integers of up to 64 bits, FLOAT, DOUBLE | themselves; `nan` and `inf` are texts |
| VARCHAR, JSON, ENUM, UUID | a text |
| DECIMAL, HUGEINT and other large numbers | their digits, as a text |
| DATE, TIME, TIMESTAMP | a text after ISO 8601, without a zone |
| TIMESTAMP WITH TIME ZONE | a text after ISO 8601 in UTC, ending in Z |
| BLOB | its bytes in hexadecimal digits |
| lists, structs, maps, unions | JSON as DuckDB's `to_json` makes it |
| all else, such as INTERVAL | DuckDB's own text |
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.sandbox.messages import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHOLE: Final = frozenset(
    [
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "FLOAT",
        "DOUBLE",
        "VARCHAR",
    ]
)
NESTED: Final = re.compile(r".*\]|(STRUCT|MAP|UNION|TUPLE|ROW)\(.*|VARIANT", re.DOTALL)
MOMENT: Final = re.compile(r"(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?")
"""A time as DuckDB writes it; `infinity` and years before Christ look otherwise, and stay."""


def as_text(column: str, type_name: str) -> str:
    """Return the SQL that makes of a column what this module can take over exactly."""
    if type_name in WHOLE:
        return column
    if type_name == "BLOB":
        return f"lower(hex({column}))"
    if NESTED.fullmatch(type_name):
        return f"to_json({column})::varchar"
    return f"{column}::varchar"


def cell(type_name: str) -> Callable[[Any], Any]:
    """Return what makes a value of JSON of that which DuckDB hands over."""
    if type_name in {"FLOAT", "DOUBLE"}:
        return lambda value: value if value is None or math.isfinite(value) else str(value)
    if type_name.startswith("TIMESTAMP"):
        return _moment
    if NESTED.fullmatch(type_name):
        return _nested
    return lambda value: value


def _moment(text: str | None) -> str | None:
    shape = MOMENT.fullmatch(text) if text is not None else None
    if shape is None:
        return text
    return f"{shape[1]}T{shape[2]}{'Z' if shape[3] else ''}"


def _nested(text: str | None) -> Any:
    if text is None:
        return None
    try:
        value = NESTED_DECODER.decode(text)
        msgspec.msgpack.encode(value)  # has whole numbers of 64 bits alone
    except (msgspec.DecodeError, ArithmeticError, RecursionError):
        reason = "JSON has no exact form of a value inside of a list or struct; cast it to varchar"
        raise RefusedError("does_not_run", reason) from None
    return value


def _exact(digits: str) -> float:
    """Return a number that is the one that its digits say, or raise."""
    value = float(digits)
    if not math.isfinite(value) or Decimal(digits) != Decimal(repr(value)):
        raise ArithmeticError
    return value


NESTED_DECODER: Final = msgspec.json.Decoder(float_hook=_exact)
"""Reads what `to_json` makes, without rounding."""


def cells(types: Sequence[str], row: Sequence[Any]) -> tuple[Any, ...]:
    """Return one row as JSON has it."""
    return tuple(cell(name)(value) for name, value in zip(types, row, strict=True))
