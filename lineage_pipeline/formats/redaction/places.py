"""The members of objects and lists, each with what is known of it from where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.formats.redaction.keys import (
    always_environment,
    names_code,
    names_environment,
    names_secret,
    names_value,
    names_variable,
    naming,
)
from lineage_pipeline.formats.redaction.modes import CLOSED, Mode, mode_of_secret
from lineage_pipeline.formats.redaction.tree import Items, Leaf, Members, Node
from lineage_pipeline.formats.redaction.vocabulary import (
    COLUMN_FACTS,
    COLUMN_MAPS,
    NAMING,
    PAIRED,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[Node, Mode]
_PAIR = 2


def inside(mode: Mode, node: Node) -> Mode:
    """Return what is known of a member of an object of which all that is secret goes."""
    is_variable = mode is Mode.ENVIRONMENT and isinstance(node, Leaf)
    return Mode.VARIABLE if is_variable else mode


def members(node: Members, mode: Mode, *, is_lineage: bool) -> Iterator[Place]:
    """Return the values of an object.

    Args:
        node: the object.
        mode: what is known of it.
        is_lineage: it stands in a facet that names columns and holds no settings.
    """
    if mode in CLOSED:
        return ((value, mode) for _, value in node.pairs)
    if mode is Mode.ENVIRONMENT:
        return ((value, inside(mode, value)) for _, value in node.pairs)
    if mode is Mode.ENTRY:
        return _entry(node)
    if mode is Mode.COLUMNS:
        return ((value, Mode.ANY) for _, value in node.pairs)
    return _described(node, mode, is_lineage=is_lineage)


def items(node: Items, mode: Mode) -> Iterator[Place]:
    """Return the members of a list."""
    nodes = node.nodes
    if mode in CLOSED:
        return ((one, mode) for one in nodes)
    if mode is Mode.ENVIRONMENT:
        return (place for one in nodes for place in _variable(one))
    if mode is Mode.PAIRS:
        return (place for one in nodes for place in _pair(one))
    if _is_header(node):
        return iter(((nodes[0], mode), (nodes[1], mode_of_secret(_text(nodes[0])))))
    return _listed(nodes, mode)


def _described(node: Members, mode: Mode, *, is_lineage: bool) -> Iterator[Place]:
    carried = None if is_lineage else _carried(node)
    is_named = any(key.text == "namespace" for key, _ in node.pairs)
    for leaf, value in node.pairs:
        key = leaf.text or ""
        if carried is not None and names_value(key):
            yield value, carried
        elif is_named and key == "name" and isinstance(value, Leaf):
            yield value, Mode.IDENTIFIER
        elif _holds_columns(key, value, is_lineage=is_lineage):
            yield value, Mode.COLUMNS
        else:
            usual = Mode.CODE if mode is Mode.CODE or names_code(key) else Mode.ANY
            yield value, _hidden(key, value) or _open(key, value) or usual


def _hidden(key: str, value: Node) -> Mode | None:
    """Return what is known of a value whose key says that it is to be hidden."""
    is_text = isinstance(value, Leaf)
    if names_environment(key) and (not is_text or always_environment(key)):
        return Mode.ENVIRONMENT
    if names_secret(key) and not (naming(key).is_text and _holds_objects(value)):
        return mode_of_secret(key)
    return Mode.VARIABLE if is_text and names_variable(key) else None


def _open(key: str, value: Node) -> Mode | None:
    """Return what is known of a value whose key says how to read it."""
    if key in ("namespace", "runId") and isinstance(value, Leaf):
        return Mode.IDENTIFIER
    is_paired = isinstance(value, Items) and key.lower() in PAIRED and _are_pairs(value)
    return Mode.PAIRS if is_paired else None


def _holds_columns(key: str, node: Node, *, is_lineage: bool) -> bool:
    """Return whether the keys of a value are names of columns."""
    if key not in COLUMN_MAPS or not isinstance(node, Members):
        return False
    said = [value.pairs for _, value in node.pairs if isinstance(value, Members)]
    if len(said) < len(node.pairs):
        return False
    return is_lineage or any(fact.text in COLUMN_FACTS for pairs in said for fact, _ in pairs)


def _holds_objects(node: Node) -> bool:
    """Return whether a value is an object, or a list with one in it."""
    nodes = node.nodes if isinstance(node, Items) else [node]
    return any(isinstance(one, Members) for one in nodes)


def _carried(node: Members) -> Mode | None:
    """Return what an object's value is, if another one of its members names a secret."""
    for key, value in node.pairs:
        name = _text(value)
        if name and (key.text or "").lower() in NAMING and names_secret(name):
            return mode_of_secret(name)
    return None


def _entry(node: Members) -> Iterator[Place]:
    """Yield the parts of an environment variable: its name stays."""
    is_name = [_is_text(value) and (key.text or "").lower() in NAMING for key, value in node.pairs]
    for (_, value), is_its_name in zip(node.pairs, is_name, strict=True):
        hidden = Mode.VARIABLE if any(is_name) else inside(Mode.ENVIRONMENT, value)
        yield value, Mode.ANY if is_its_name else hidden


def _variable(node: Node) -> Iterator[Place]:
    """Yield the parts of one member of a list of environment variables."""
    pair = _pair_of(node)
    if pair is not None:
        yield pair[0], Mode.ANY
        yield pair[1], Mode.VARIABLE
    elif isinstance(node, Members):
        yield node, Mode.ENTRY
    else:
        is_number = isinstance(node, Leaf) and node.text is None
        yield node, Mode.VARIABLE if is_number else Mode.ENVIRONMENT


def _pair(node: Node) -> Iterator[Place]:
    """Yield the parts of a member of a list of pairs."""
    pair = _pair_of(node)
    if pair is None:
        yield node, Mode.ANY
        return
    name = _text(pair[0])
    yield pair[0], Mode.ANY
    yield pair[1], mode_of_secret(name) if names_secret(name) else Mode.ANY


def _pair_of(node: Node) -> tuple[Node, Node] | None:
    """Return the two parts of a pair, of which the first is a text."""
    if isinstance(node, Items) and len(node.nodes) == _PAIR and _text(node.nodes[0]):
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


def _listed(nodes: list[Node], mode: Mode) -> Iterator[Place]:
    """Yield the members of a list; what follows an option that names a secret is one."""
    is_value = False
    for node in nodes:
        text = _text(node)
        yield node, Mode.NUMBER if is_value and not text.startswith("-") else mode
        is_value = text.startswith("-") and "=" not in text and names_secret(text)


def _is_text(node: Node) -> bool:
    return isinstance(node, Leaf) and node.text is not None


def _text(node: Node) -> str:
    return (node.text or "") if isinstance(node, Leaf) else ""
