"""Secrets in a facet or a record: JSON is walked, each value judged by the keys it stands under."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.redaction.keys import (
    always_environment,
    is_count,
    names_code,
    names_environment,
    names_secret,
    names_value,
    names_variable,
    naming,
)
from lineage_pipeline.formats.redaction.suspicion import is_suspect
from lineage_pipeline.formats.redaction.text import redact_identifier, redact_text
from lineage_pipeline.formats.redaction.tree import Items, Leaf, Members, Node, parse, quoted
from lineage_pipeline.formats.redaction.vocabulary import (
    CODE_FACETS,
    COLUMN_FACTS,
    COLUMN_MAPS,
    HARMLESS,
    LINEAGE_FACETS,
    MASK,
    NAMING,
    PAIRED,
)
from lineage_pipeline.formats.rejection import is_value

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 8
"""How often JSON may stand as text in JSON; what is below is read as free text."""
_OF_FACET: Final = frozenset(("_producer", "_schemaURL", "_deleted"))


class Mode(Enum):
    """What is known of a value from where it stands."""

    ANY = auto()
    CODE = auto()
    IDENTIFIER = auto()
    COLUMNS = auto()
    """An object whose keys are names of columns."""
    PAIRS = auto()
    """A list of pairs of a name and a value."""
    SECRET = auto()
    TOKEN = auto()
    """A secret, unless it is a number in quotes."""
    NUMBER = auto()
    """A secret, also where it is a number."""
    ENVIRONMENT = auto()
    """Environment variables: an object of them, a list, texts like `A=b`."""
    VARIABLE = auto()
    """What one environment variable is set to."""


_Place = tuple[Node, Mode]
_SECRETS: Final = frozenset((Mode.SECRET, Mode.TOKEN, Mode.NUMBER))
_CLOSED: Final = _SECRETS | {Mode.VARIABLE}


def redact_body(key: str, body: bytes) -> tuple[bytes, int]:
    """Return a facet's bytes without secrets, and how many values were masked.

    Args:
        key: the facet's key, which may name a secret or an environment itself.
        body: the facet as JSON text; what is not masked keeps its bytes.
    """
    if not is_always_redacted(key) and not is_suspect(body):
        return body, 0
    text, count = _Walk(key, 0).redacted(body.decode(), _mode_of_facet(key))
    return (text.encode(), count) if count else (body, 0)


def is_always_redacted(key: str) -> bool:
    """Return whether all bodies under a facet's key may hold secrets, whatever stands in them."""
    return names_environment(key) or names_secret(key)


def _mode_of_facet(key: str) -> Mode:
    if names_environment(key):
        return Mode.ENVIRONMENT
    if names_secret(key):
        return _secret(key)
    return Mode.CODE if key in CODE_FACETS else Mode.ANY


def _secret(key: str) -> Mode:
    named = naming(key)
    if named.is_number:
        return Mode.NUMBER
    return Mode.TOKEN if named.is_count else Mode.SECRET


class _Walk:
    """One walk through the JSON of one facet."""

    def __init__(self, facet: str, depth: int) -> None:
        self._facet = facet
        self._depth = depth
        self._is_lineage = facet in LINEAGE_FACETS
        self._edits: list[tuple[int, int, str]] = []

    def redacted(self, text: str, mode: Mode) -> tuple[str, int]:
        """Return the JSON text without secrets, and how many values were masked."""
        root = parse(text)
        is_text = isinstance(root, Leaf) and root.text is not None
        if mode is Mode.ENVIRONMENT and is_text and not always_environment(self._facet):
            mode = Mode.ANY
        is_facet = self._depth == 0 and (mode in _SECRETS or mode is Mode.ENVIRONMENT)
        if isinstance(root, Members) and is_facet:
            places = [
                (node, Mode.ANY if key.text in _OF_FACET else _inside(mode, node))
                for key, node in root.pairs
            ]
            self._keys(root)
        else:
            places = [(root, mode)]
        while places:
            node, mode = places.pop()
            if isinstance(node, Leaf):
                self._leaf(node, mode)
            elif isinstance(node, Members):
                self._keys(node)
                places += self._members(node, mode)
            else:
                places += self._items(node, mode)
        return self._edited(text), len(self._edits)

    def _edited(self, text: str) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, new in sorted(self._edits):
            pieces += (text[done:start], new)
            done = end
        return "".join((*pieces, text[done:]))

    def _edit(self, leaf: Leaf, new: str) -> None:
        self._edits.append((leaf.start, leaf.end, quoted(new)))

    def _keys(self, node: Members) -> None:
        """Mask what the keys of an object give away themselves."""
        for key, _ in node.pairs:
            clean = redact_text(key.text or "")
            if clean != key.text:
                self._edit(key, clean)

    def _leaf(self, leaf: Leaf, mode: Mode) -> None:
        if leaf.text is None:
            if mode in (Mode.NUMBER, Mode.VARIABLE) and leaf.is_number:
                self._edit(leaf, MASK)
            return
        clean = self._clean(leaf.text, mode)
        if clean != leaf.text:
            self._edit(leaf, clean)

    def _clean(self, text: str, mode: Mode) -> str:
        if mode is Mode.VARIABLE:
            return MASK
        if mode is Mode.TOKEN and is_count(text):
            return text
        if mode in _SECRETS:
            return text if text.lower() in HARMLESS else MASK
        if mode is Mode.ENVIRONMENT:
            return self._environment(text)
        if mode is Mode.IDENTIFIER:
            return redact_identifier(text)[0] or ""
        nested = self._nested(text, mode)
        return redact_text(text, is_code=mode is Mode.CODE) if nested is None else nested

    def _nested(self, text: str, mode: Mode) -> str | None:
        """Return JSON that stands as text without its secrets; None if it is no JSON."""
        ends = text.strip()[:1] + text.strip()[-1:]
        if self._depth >= _DEEPEST or ends not in ("{}", "[]", '""') or '"' not in text:
            return None
        if not _is_json(text):
            return None
        return _Walk(self._facet, self._depth + 1).redacted(text, mode)[0]

    def _environment(self, text: str) -> str:
        """Return a text of an environment: `A=b` keeps its name, and so does a bare name."""
        nested = self._nested(text, Mode.ENVIRONMENT)
        if nested is not None:
            return nested
        lines = text.split("\n")
        return "\n".join(
            f"{name}={MASK}" if equals and " " not in name else line if _is_name(line) else MASK
            for line in lines
            for name, equals, _ in [line.partition("=")]
        )

    def _items(self, node: Items, mode: Mode) -> Iterator[_Place]:
        nodes = node.nodes
        if mode in _CLOSED:
            return ((one, mode) for one in nodes)
        if mode is Mode.ENVIRONMENT:
            return (place for one in nodes for place in _variable(one, self))
        if mode is Mode.PAIRS:
            return (place for one in nodes for place in _pair(one))
        if _is_header(node):
            return iter(((nodes[0], mode), (nodes[1], _secret(_text(nodes[0])))))
        return self._listed(nodes, mode)

    def _listed(self, nodes: list[Node], mode: Mode) -> Iterator[_Place]:
        """Yield the members of a list; what follows an option that names a secret is one."""
        is_value = False
        for node in nodes:
            text = _text(node)
            yield node, Mode.NUMBER if is_value and not text.startswith("-") else mode
            is_value = text.startswith("-") and "=" not in text and names_secret(text)

    def _members(self, node: Members, mode: Mode) -> Iterator[_Place]:
        if mode in _CLOSED:
            return ((value, mode) for _, value in node.pairs)
        if mode is Mode.ENVIRONMENT:
            return ((value, _inside(mode, value)) for _, value in node.pairs)
        if mode is Mode.COLUMNS:
            return ((value, Mode.ANY) for _, value in node.pairs)
        carried = None if self._is_lineage else _carried(node)
        is_named = any(key.text == "namespace" for key, _ in node.pairs)
        return (
            (value, self._mode(key.text or "", value, mode, carried, is_named=is_named))
            for key, value in node.pairs
        )

    def _mode(
        self, key: str, value: Node, outer: Mode, carried: Mode | None, *, is_named: bool
    ) -> Mode:
        """Return what is known of a member of an object."""
        is_text = isinstance(value, Leaf)
        if carried is not None and names_value(key):
            return carried
        if isinstance(value, Members) and key in COLUMN_MAPS and self._holds_columns(value):
            return Mode.COLUMNS
        if names_environment(key) and (not is_text or always_environment(key)):
            return Mode.ENVIRONMENT
        if names_secret(key) and not (naming(key).is_text and _holds_objects(value)):
            return _secret(key)
        if names_variable(key) and is_text:
            return Mode.VARIABLE
        if key in ("namespace", "runId") or (is_named and key == "name"):
            return Mode.IDENTIFIER if is_text else Mode.ANY
        if isinstance(value, Items) and key.lower() in PAIRED and _are_pairs(value):
            return Mode.PAIRS
        if names_code(key):
            return Mode.CODE
        return outer if outer is Mode.CODE else Mode.ANY

    def _holds_columns(self, node: Members) -> bool:
        """Return whether the keys of the object are names of columns."""
        values = [value for _, value in node.pairs]
        if not all(isinstance(value, Members) for value in values):
            return False
        return self._is_lineage or any(
            key.text in COLUMN_FACTS
            for value in values
            if isinstance(value, Members)
            for key, _ in value.pairs
        )


def _inside(mode: Mode, node: Node) -> Mode:
    """Return what is known of a member of an object, of which all that is secret goes."""
    is_variable = mode is Mode.ENVIRONMENT and isinstance(node, Leaf)
    return Mode.VARIABLE if is_variable else mode


def _variable(node: Node, walk: _Walk) -> Iterator[_Place]:
    """Yield the parts of one member of a list of environment variables."""
    pair = _pair_of(node)
    if isinstance(node, Members):
        named = [_is_text(value) and (key.text or "").lower() in NAMING for key, value in node.pairs]
        walk._keys(node)
        for (_, value), is_name in zip(node.pairs, named, strict=True):
            closed = Mode.VARIABLE if any(named) else _inside(Mode.ENVIRONMENT, value)
            yield value, Mode.ANY if is_name else closed
    elif pair is not None:
        yield pair[0], Mode.ANY
        yield pair[1], Mode.VARIABLE
    elif isinstance(node, Leaf) and node.text is None:
        yield node, Mode.VARIABLE
    else:
        yield node, Mode.ENVIRONMENT


def _pair(node: Node) -> Iterator[_Place]:
    """Yield the parts of a member of a list of pairs."""
    pair = _pair_of(node)
    if pair is None:
        yield node, Mode.ANY
        return
    name = _text(pair[0])
    yield pair[0], Mode.ANY
    yield pair[1], _secret(name) if names_secret(name) else Mode.ANY


def _pair_of(node: Node) -> tuple[Node, Node] | None:
    """Return the two parts of a pair, of which the first is a text."""
    if isinstance(node, Items) and len(node.nodes) == len(("name", "value")) and _text(node.nodes[0]):
        return node.nodes[0], node.nodes[1]
    return None


def _are_pairs(node: Items) -> bool:
    return bool(node.nodes) and all(_pair_of(one) is not None for one in node.nodes)


def _is_header(node: Items) -> bool:
    """Return whether a list is an HTTP header that holds a secret: its name, its value."""
    pair = _pair_of(node)
    if pair is None or not isinstance(pair[1], Leaf):
        return False
    name = _text(pair[0])
    return names_secret(name) and ("-" in name or name.lower() in ("authorization", "cookie"))


def _holds_objects(node: Node) -> bool:
    """Return whether a value is an object, or a list with one in it."""
    nodes = node.nodes if isinstance(node, Items) else [node]
    return any(isinstance(one, Members) for one in nodes)


def _carried(node: Members) -> Mode | None:
    """Return what an object's value is, if another one of its members names a secret."""
    for key, value in node.pairs:
        name = _text(value)
        if name and (key.text or "").lower() in NAMING and names_secret(name):
            return _secret(name)
    return None


def _is_text(node: Node) -> bool:
    return isinstance(node, Leaf) and node.text is not None


def _text(node: Node) -> str:
    return (node.text or "") if isinstance(node, Leaf) else ""


def _is_name(text: str) -> bool:
    """Return whether a text is an environment variable's name alone, as they are usually written."""
    return text.isidentifier() and text.isascii() and text == text.upper()


def _is_json(text: str) -> bool:
    try:
        return is_value(text.encode())
    except UnicodeEncodeError:
        return False
