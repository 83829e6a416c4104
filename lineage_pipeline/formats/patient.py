"""JSON that the decoder refuses though it is JSON: nested deeply, or with half a character.

Reads without recursion and many times slower than the decoder, so it is asked only about what the
decoder refused, and only where one of its two limits may be why.

Source: RFC 8259. Its grammar sets no limit to nesting, and an escape may be half of a surrogate
pair (section 8.2).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE: Final = b" \t\r\n"
_ESCAPE: Final = rb"\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4})"
_PLAIN: Final = rb"[^\"\\\x00-\x1f]*+"
_TOKEN: Final = re.compile(
    rb"[ \t\r\n]*+(?:"
    rb"(?P<open>[{\[])|(?P<close>[}\]])|(?P<mark>[,:])"
    rb"|(?P<text>\"" + _PLAIN + rb"(?:" + _ESCAPE + _PLAIN + rb")*+\")"
    rb"|(?P<plain>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null))"
)
_CUT: Final = re.compile(
    rb"[ \t\r\n]*+(?:|-|[tfn][a-z]{0,3}"
    rb"|\"" + _PLAIN + rb"(?:" + _ESCAPE + _PLAIN + rb")*+(?:\\(?:u[0-9a-fA-F]{0,3})?)?)\Z"
)
LONGEST: Final = 8 << 20
"""A longer value stays refused: a hostile one would take a minute for every 100 MB."""

_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_CLOSING: Final = {b"{": b"}", b"[": b"]"}


class Refused(ValueError):  # noqa: N818 - the bytes are refused; that they are is an answer
    """The bytes are no JSON value: they break off, or break the grammar.

    Attributes:
        at: the byte at which they do.
        is_cut: whether more bytes could complete the value.
    """

    def __init__(self, at: int, *, is_cut: bool) -> None:
        """Say where."""
        self.at = at
        self.is_cut = is_cut
        super().__init__(f"no JSON at byte {at}")


class _Token(NamedTuple):
    """A token of a value: how deep it stands, what it is, where it begins and ends."""

    depth: int
    kind: str
    start: int
    end: int


def may_help(error: Exception, text: bytes | memoryview) -> bool:
    """Return whether the decoder's error may be one of its limits rather than the text's fault."""
    if len(text) > LONGEST:
        return False
    return isinstance(error, RecursionError) or _HALF.search(text) is not None


def is_value(text: bytes) -> bool:
    """Return whether the text is exactly one JSON value."""
    try:
        return not text[value_end(text) :].strip(_SPACE)
    except Refused:
        return False


def value_end(data: bytes | memoryview, start: int = 0) -> int:
    """Return where the JSON value that begins at `start` ends.

    Raises:
        Refused: no JSON value begins there, or it does not end within the data.
    """
    end = start
    for token in _tokens(data, start):
        end = token.end
    return end


def members(text: bytes) -> dict[str, bytes] | None:
    """Return the members of a JSON object as they are written; None if the text is none.

    Of a key that stands twice the last value counts, as everywhere. Half a character in a key
    stays the escape that it was sent as.
    """
    parts = _parts(text, b"{")
    if parts is None:
        return None
    return {_key(key): value for key, value in zip(parts[::2], parts[1::2], strict=True)}


def items(text: bytes) -> list[bytes] | None:
    """Return the items of a JSON array as they are written; None if the text is none."""
    return _parts(text, b"[")


def _parts(text: bytes, opening: bytes) -> list[bytes] | None:
    """Return the values, and the keys before them, that stand directly in the outermost value."""
    parts: list[bytes] = []
    begun = None
    try:
        for token in _tokens(text, 0):
            if begun is None:
                if text[token.start : token.end] != opening:
                    return None
                begun = token.end
            elif token.depth == 1 and token.kind != "mark":
                if token.kind != "close":
                    begun = token.start
                if token.kind != "open":
                    parts.append(text[begun : token.end])
            end = token.end
    except Refused:
        return None
    return None if text[end:].strip(_SPACE) else parts


def _tokens(data: bytes | memoryview, at: int) -> Iterator[_Token]:
    """Yield the tokens of one value; brackets stand as deep as the value that they make."""
    holders: list[bytes] = []
    wanted = "value"
    while wanted:
        found = _TOKEN.match(data, at)
        if found is None or found.lastgroup is None:
            raise Refused(at, is_cut=_CUT.match(data, at) is not None)
        kind, start, at = found.lastgroup, found.start(found.lastgroup), found.end()
        symbol = bytes(data[start:at]) if kind in ("open", "close", "mark") else b""
        if kind == "close" and holders and symbol == holders[-1] and wanted.endswith("end"):
            holders.pop()
            depth, wanted = len(holders), "mark or end"
        elif kind == "mark" and symbol == (b":" if wanted == "colon" else b","):
            if wanted not in ("colon", "mark or end"):
                raise Refused(start, is_cut=False)
            is_key = wanted != "colon" and holders[-1] == b"}"
            depth, wanted = len(holders), "key" if is_key else "value"
        elif kind == "text" and wanted.startswith("key"):
            depth, wanted = len(holders), "colon"
        elif kind in ("open", "text", "plain") and wanted.startswith("value"):
            depth, wanted = len(holders), "mark or end"
            if kind == "open":
                holders.append(_CLOSING[symbol])
                wanted = "key or end" if symbol == b"{" else "value or end"
        else:
            raise Refused(start, is_cut=False)
        if not holders:
            wanted = ""
        yield _Token(depth, kind, start, at)


def _key(literal: bytes) -> str:
    key: str = json.loads(literal)
    try:
        key.encode()
    except UnicodeEncodeError:
        return literal[1:-1].decode()
    return key
