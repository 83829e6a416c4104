"""YAML that people write, as the JSON that it stands for: each document of a file with its place.

Aliases are refused, since a few of them can stand for more than any memory holds, and keys that
are given twice, since readers of YAML differ in which of them they believe.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import yaml

from lineage_pipeline.formats.rejection import Problem, not_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

DEEPEST: Final = 64
"""Nobody nests deeper by hand."""
_SCALARS: Final = frozenset({"null", "str", "bool", "int", "float", "timestamp"})
_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")


class _Loader(yaml.CSafeLoader):
    """Reads `1e-3` as the number that it is to YAML 1.2; to YAML 1.1 it is a text."""


_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER, list("-+.0123456789"))


class Text(NamedTuple):
    """A document: where it begins in the file, its bytes there, and the JSON that it stands for."""

    offset: int
    size: int
    json: bytes | Problem


def json_texts(data: bytes) -> Iterator[Text]:
    """Yield the documents of a YAML file as JSON; behind one that cannot be read there is no other.

    Texts, numbers, true, false and null are read by the core schema of YAML 1.2; dates, times and
    whatever else some readers take for something stay the texts that they are.
    """
    if problem := not_utf8(data) or _too_deep(data):
        yield Text(0, len(data), problem)
        return
    text = data.decode()
    loader = _Loader(text)
    start = 0
    try:
        while loader.check_node() and (node := loader.get_node()):
            end = len(text[: node.end_mark.index].encode())
            yield Text(start, end - start, _json_of(node))
            start = end
    except (yaml.YAMLError, ValueError) as error:
        yield Text(start, len(data) - start, Problem("malformed_yaml", _told(error)))
    finally:
        loader.dispose()


def _too_deep(data: bytes) -> Problem | None:
    """Return where a file nests deeper than it may: whatever builds it goes as deep as it does."""
    depth = 0
    loader = yaml.CSafeLoader(data)
    try:
        while event := loader.get_event():
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    return Problem("too_deep", f"line {line}: nested more than {DEEPEST} deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        return None  # told where it is read
    finally:
        loader.dispose()
    return None


def _json_of(node: yaml.Node) -> bytes | Problem:
    if problem := _oddity(node):
        return problem
    try:
        return msgspec.json.encode(_value(node))
    except ValueError as error:
        return Problem("yaml_tag", str(error))


def _value(node: yaml.Node) -> Any:
    """Return what a node stands for.

    Raises:
        ValueError: it has a tag that is none of the core schema.
    """
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(value) for value in node.value]
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind not in _SCALARS:
        raise ValueError(f"line {node.start_mark.line + 1}: the tag {node.tag} is none of ours")
    return _scalar(str(node.value), kind)


def _scalar(text: str, kind: str) -> str | float | bool | None:
    """Return a scalar by the core schema of YAML 1.2, where `on`, `12:30` and `0755` are texts."""
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "float" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _oddity(root: yaml.Node) -> Problem | None:
    """Return what readers of YAML would not agree on, or could not hold."""
    seen: set[int] = set()
    places: list[yaml.Node] = [root]
    while places:
        node = places.pop()
        where = f"line {node.start_mark.line + 1}"
        if id(node) in seen:
            return Problem("yaml_alias", f"{where}: an alias; write out what it stands for")
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            if len(keys) != len(node.value) or len({*keys}) != len(keys):
                return Problem("yaml_key", f"{where}: a key is given twice, or is no text")
            places += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            places += node.value
    return None


def _told(error: Exception) -> str:
    """Return what is wrong without a value of the file."""
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{where}{getattr(error, 'problem', None) or type(error).__name__}"
