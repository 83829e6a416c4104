"""The envelopes of a block of records, decoded at once where nothing is odd about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lineage_pipeline.formats.openlineage import EVENTS, decode_envelope
from lineage_pipeline.formats.rejection import Problem, is_value, misfit

if TYPE_CHECKING:
    from lineage_pipeline.formats.openlineage import Event
    from lineage_pipeline.scan.block import Block


class Envelopes(NamedTuple):
    """What the records of a block decoded to.

    Attributes:
        events: those that have an event's envelope.
        places: for each of them the number of its record.
        extras: keys that the specification does not know, by the number of the record.
        problems: why the others are no events, by the number of the record.
    """

    events: list[Event]
    places: list[int]
    extras: dict[int, dict[str, Any]]
    problems: dict[int, Problem]


def decode_block(block: Block) -> Envelopes | None:
    """Return the envelopes of a block; None if its lines are not all records of their own."""
    if not len(block.places):
        return Envelopes([], [], {}, {})
    texts = block.texts()
    if not block.is_certain and not is_utf8(block.records.data):
        return None
    try:
        events = list(map(EVENTS.decode, texts))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _one_by_one(texts, is_certain=block.is_certain)
    return Envelopes(events, list(range(len(events))), {}, {})


def _one_by_one(texts: list[bytes], *, is_certain: bool) -> Envelopes | None:
    found = Envelopes([], [], {}, {})
    for number, text in enumerate(texts):
        try:
            envelope = decode_envelope(text)
        except (msgspec.ValidationError, UnicodeDecodeError) as error:
            if not is_certain and not is_value(text):
                return None
            found.problems[number] = misfit(text, error)
            continue
        except (msgspec.DecodeError, RecursionError):
            if not is_certain:
                return None
            found.problems[number] = Problem("malformed_json", "the record is not JSON")
            continue
        found.events.append(envelope.event)
        found.places.append(number)
        if envelope.extra is not None:
            found.extras[number] = envelope.extra
    return found


def is_utf8(data: bytes | bytearray | memoryview) -> bool:
    """Return whether the bytes are UTF-8."""
    if isinstance(data, bytes) and data.isascii():
        return True
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return True
