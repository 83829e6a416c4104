"""The one way to write a value as bytes: JSON as RFC 8785 has it, and what that leaves open.

Keys are sorted, nothing stands between tokens, texts stay as they are (no Unicode normalisation).
Whole numbers within ±(2**53 - 1) are numbers; others and decimals are texts of digits. Times are
whole microseconds since 1970 in UTC; bytes are hexadecimal texts; a float is the text of its 64
bits in hexadecimal, since no two writers agree on its decimals. Bytes, once published, stay: what
is written differently needs another number in `VERSION`.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
EXACT: Final = (1 << 53) - 1
"""The largest whole number that every reader of JSON keeps exactly."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def canonical(value: Any) -> bytes:
    """Return the bytes of a value: a mapping, a list, a text, a number, a time, bytes, or None.

    Raises:
        ConfigError: it has half a character, a key that is no text, a time without a zone, or
            something that JSON has no word for.
    """
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
        return text.encode()
    except UnicodeEncodeError as error:
        raise ConfigError(f"{error.object!r}: half a character has no canonical form") from error


def in_order(keys: Mapping[str, Any] | list[str]) -> list[str]:
    """Return keys in the order in which they are written: by their UTF-16 code units."""
    return sorted(keys, key=lambda key: key.encode("utf-16-be"))


def float_bits(value: float) -> str:
    """Return the 64 bits of a float, as 16 hexadecimal digits."""
    return struct.pack(">d", value).hex()


def _plain(value: Any) -> Any:
    """Return a value made of what JSON writes in one way only."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(value[key]) for key in in_order(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = (value - _EPOCH) // _MICROSECOND
    if isinstance(value, int):
        return value if -EXACT <= value <= EXACT else str(value)
    return _text(value)


def _text(value: Any) -> str:
    """Return what stands for a value that is written as a text."""
    if isinstance(value, float):
        return float_bits(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bytes):
        return value.hex()
    raise ConfigError(f"{value!r}: there is no canonical form for {type(value).__name__}")
