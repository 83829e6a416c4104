"""Why a record is set aside: the codes that people count by, the sentences that they read."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec

from lineage_pipeline.formats import patient

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
TOO_DEEP: Final = "nested too deeply to read"
HALF: Final = "half a character stands in a text"
ENDS_EARLY: Final = "the record ends before its JSON does"


class Problem(NamedTuple):
    """Why a record was set aside: a code to count by, a sentence to read."""

    code: str
    reason: str


def is_value(text: bytes) -> bool:
    """Return whether the text is exactly one JSON value, of whatever shape."""
    try:
        _RAW.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return patient.may_help(error, text) and patient.is_value(text)
    return True


def misfit(text: bytes, error: Exception) -> Problem:
    """Return what is wrong with JSON that is no event: the decoder's error, or its kind."""
    if not text.startswith(b"{"):
        return Problem("not_an_object", "the record is JSON, but not an object")
    return Problem("not_an_event", str(error))


def not_utf8(text: bytes) -> Problem | None:
    """Return where the bytes stop being UTF-8, or None if they are."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return Problem("invalid_utf8", f"byte {error.start} of the record is not UTF-8")
    return None


def malformed(region: bytes, reason: str) -> Problem:
    """Return what is wrong with bytes that are no JSON: their encoding, before `reason`."""
    if b"\0" in region:
        return Problem("null_byte", f"byte {region.index(0)} of the record is NUL")
    codes = {TOO_DEEP: "too_deep", ENDS_EARLY: "truncated_record"}
    return not_utf8(region) or Problem(codes.get(reason, "malformed_json"), reason)


def too_large(size: int, limit: int) -> Problem:
    """Return what is wrong with a record of `size` bytes, which is over the limit."""
    return Problem("record_too_large", f"the record has {size} bytes, the limit is {limit}")
