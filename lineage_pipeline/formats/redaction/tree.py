"""JSON with the places of its values, so that what is masked changes no other byte."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple, TypeAlias

_TOKEN: Final = re.compile(
    r"\"[^\"\\]*+(?:\\.[^\"\\]*+)*+\"|[{}\[\]:,]|[^\s{}\[\]:,\"]++", re.DOTALL
)


class Leaf(NamedTuple):
    """A text, a number or a literal.

    Attributes:
        start: where it begins.
        end: where it ends.
        text: the text, unescaped; None for what is no text.
        is_number: whether it is a number.
    """

    start: int
    end: int
    text: str | None
    is_number: bool


class Members(NamedTuple):
    """An object: its keys and values in order."""

    pairs: list[tuple[Leaf, Node]]


class Items(NamedTuple):
    """A list."""

    nodes: list[Node]


Node: TypeAlias = "Leaf | Members | Items"


def parse(text: str) -> Node:
    """Return the one value that the text holds, which is known to be JSON; it may nest deeply."""
    root: list[Any] = []
    holders = [root]
    key: Leaf | None = None
    for token in _TOKEN.finditer(text):
        symbol = token[0]
        node: Node
        if symbol == ":":
            # What stands before it was taken for a value of the object.
            key = holders[-1].pop()
            continue
        if symbol == ",":
            continue
        if symbol in "}]":
            holders.pop()
            continue
        if symbol == "{":
            node = Members([])
        elif symbol == "[":
            node = Items([])
        else:
            node = _leaf(token)
        holders[-1].append(node if key is None else (key, node))
        key = None
        if not isinstance(node, Leaf):
            holders.append(node[0])
    found: Node = root[0]
    return found


def quoted(text: str) -> str:
    """Return the text as JSON writes it; half a character stays an escape."""
    written = json.dumps(text, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return written


def _leaf(token: re.Match[str]) -> Leaf:
    literal = token[0]
    if literal[0] != '"':
        return Leaf(token.start(), token.end(), None, literal[0] in "-0123456789")
    text = literal[1:-1]
    if "\\" in text:
        try:
            text = json.loads(literal, strict=False)
        except ValueError:
            text = literal[1:-1]
    return Leaf(token.start(), token.end(), text, is_number=False)
