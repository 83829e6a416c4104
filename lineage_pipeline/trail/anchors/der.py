"""An authority's answer with its certificates in the order that DER asks for.

OpenSSL, and the authorities that run on it, send the certificates of an answer as they were
configured; rfc3161-client refuses a set that is not in order. No signature covers that order, so
what is read is the answer with the order put right, and what is kept is the answer as it was sent.
"""

from __future__ import annotations

from typing import Final, NamedTuple

_LONG: Final = 0x80
_CERTIFICATES: Final = 0xA0
"""The tag of the certificates in SignedData: the first that is `[0]`."""
_MAX_LENGTH_BYTES: Final = 4


class _Part(NamedTuple):
    """A value in DER: its tag, where it begins, where what it holds begins, and where it ends."""

    tag: int
    begin: int
    inside: int
    end: int


def certificates_in_order(answer: bytes) -> bytes:
    """Return an answer with its certificates in order; as it is if it holds none."""
    try:
        (response,) = _parts(answer, 0, len(answer))
        _, token = _inside(answer, response)
        _, wrapped = _inside(answer, token)
        (signed,) = _inside(answer, wrapped)
        found = [part for part in _inside(answer, signed) if part.tag == _CERTIFICATES]
        if not found:
            return answer
        certificates = _inside(answer, found[0])
    except (IndexError, ValueError):
        return answer
    ordered = sorted(answer[part.begin : part.end] for part in certificates)
    return answer[: found[0].inside] + b"".join(ordered) + answer[found[0].end :]


def _inside(data: bytes, part: _Part) -> list[_Part]:
    return _parts(data, part.inside, part.end)


def _parts(data: bytes, begin: int, end: int) -> list[_Part]:
    """Return the values that stand one after the other between two places.

    Raises:
        IndexError: the data ends before.
        ValueError: a value goes beyond the end, or its length is written in another way.
    """
    parts = []
    while begin < end:
        first = data[begin + 1]
        inside = begin + 2
        if first & _LONG:
            count = first & ~_LONG
            if not 0 < count <= _MAX_LENGTH_BYTES:
                raise ValueError(count)
            inside += count
            length = int.from_bytes(data[begin + 2 : inside], "big")
        else:
            length = first
        if inside + length > end:
            raise ValueError(length)
        parts.append(_Part(data[begin], begin, inside, inside + length))
        begin = inside + length
    return parts
