"""Blocks of records that are framed one by one, and the lists of records that documents hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

import msgspec
import numpy as np

from lineage_pipeline.formats import patient
from lineage_pipeline.formats.framing import Framer
from lineage_pipeline.formats.records import Records
from lineage_pipeline.formats.window import CHUNK_BYTES
from lineage_pipeline.scan.block import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from hashlib import _Hash as Hash

    from lineage_pipeline.formats.framing import Frame
    from lineage_pipeline.formats.rejection import Problem

BLOCK_BYTES: Final = CHUNK_BYTES
BLOCK_RECORDS: Final = 65_536

_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_DOCUMENT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_MEMBERS_BEFORE: Final = (
    rb"\{\s*(?:\"[^\"\\]{1,64}\"\s*:\s*"
    rb"(?:\"[^\"\\]{0,256}\"|[\w.+\-]{1,64}|\{[^{}\[\]\"]{0,64}\})\s*,\s*){0,8}"
)
"""Short members that may stand before the list, such as the kind and version of an EventList."""


def framer_of(
    read: Callable[[int], bytes],
    offset: int,
    *,
    list_key: bytes | None,
    limit: int,
    is_range: bool,
    hashed: Hash,
) -> Framer:
    """Return a framer of documents, stepping into those that hold nothing but a list of records.

    Args:
        read: returns up to that many bytes, none at the end.
        offset: where in the file they begin.
        list_key: the key of such a list, in its quotes.
        limit: a longer record is reported instead of kept.
        is_range: they begin behind a line break, where no array is open.
        hashed: SHA-256 of what was read before.
    """
    opener = None if list_key is None else _MEMBERS_BEFORE + re.escape(list_key) + rb"\s*:\s*\["
    return Framer(
        read,
        _as_it_stands,
        offset=offset,
        max_record_bytes=limit,
        is_range=is_range,
        hashed=hashed,
        wrapper=None if opener is None else re.compile(opener),
    )


def framed_blocks(framer: Framer, list_key: bytes | None) -> Iterator[Block]:
    """Yield what the framer finds, block by block; documents give the records of their lists."""
    frames: list[tuple[int, bytes]] = []
    problems: list[tuple[int, int, Problem]] = []
    gathered = 0
    for frame in framer:
        if frame.problem is not None:
            problems.append((frame.offset, frame.size, frame.problem))
            continue
        frames += _expanded(frame, list_key)
        gathered += frame.size
        if gathered > BLOCK_BYTES or len(frames) > BLOCK_RECORDS:
            yield _block(frames, problems)
            frames, problems, gathered = [], [], 0
    yield _block(frames, problems)


def _as_it_stands(text: bytes) -> bytes:
    """Return the text, once it is known to be JSON, if only to a patient reader."""
    try:
        _RAW.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        if not (patient.may_help(error, text) and patient.is_value(text)):
            raise
    return text


def _expanded(frame: Frame, list_key: bytes | None) -> list[tuple[int, bytes]]:
    """Return the records of a document that holds a list of them, or the frame itself."""
    text = cast("bytes", frame.value)
    if list_key is None or list_key not in text:
        return [(frame.offset, text)]
    listed = _listed(text, list_key[1:-1].decode())
    if listed is None:
        return [(frame.offset, text)]
    records, place = [], 0
    for record in listed:
        place = text.index(record, place)
        records.append((frame.offset + place, record))
        place += len(record)
    return records


def _listed(document: bytes, key: str) -> list[bytes] | None:
    """Return the items of the list under a key of a document; None if there is no such list."""
    try:
        return list(map(bytes, _LIST.decode(_DOCUMENT.decode(document)[key])))
    except KeyError:
        return None
    except (msgspec.DecodeError, RecursionError) as error:
        if not patient.may_help(error, document):
            return None
    parts = patient.members(document) or {}
    return patient.items(parts[key]) if key in parts else None


def _block(frames: list[tuple[int, bytes]], problems: list[tuple[int, int, Problem]]) -> Block:
    """Return framed records as one block: line breaks inside a record are only space."""
    lines = [text.replace(b"\n", b" ") for _, text in frames]
    sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    offsets = np.concatenate(([0], np.cumsum(sizes + 1)[:-1])) if lines else sizes
    places = np.fromiter((place for place, _ in frames), np.int64, len(frames))
    data = b"\n".join((*lines, b"")) if lines else b""
    return Block(Records(data, offsets.astype(np.int64), sizes), places, problems, is_certain=True)
