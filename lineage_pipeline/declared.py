"""What people declare in files, read strictly: errors name the place and the nearest known key."""

from __future__ import annotations

import difflib
import re
from typing import Any, Final, TypeVar

import msgspec

from lineage_pipeline.errors import ConfigError

Declared = TypeVar("Declared", bound=msgspec.Struct)

_PLACE: Final = re.compile(r"at `\$\.?([^`]*)`")
_ENTRY: Final = "[...]"
"""How msgspec calls a place in a table of names that people chose."""


def read_declared(content: dict[str, Any], kind: type[Declared], where: str) -> Declared:
    """Return `content` as what it declares; `where` names it in errors.

    Raises:
        ConfigError: an unknown key, with the nearest known one, or a wrong value.
    """
    try:
        return msgspec.convert(content, kind, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(str(error), content, kind, where)) from error


def _explain(problem: str, content: dict[str, Any], kind: type[msgspec.Struct], where: str) -> str:
    """Return msgspec's message with the file, the key's path and the nearest known key."""
    path = match[1] if (match := _PLACE.search(problem)) else ""
    named = _named(path, content, kind)
    table = f"[{named}] " if path else ""
    if unknown := re.search(r"unknown field `([^`]*)`", problem):
        known = _known_keys(path, kind, _tag_at(named, content))
        near = difflib.get_close_matches(unknown[1], known, n=1, cutoff=0.0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{where}: {table}unknown key {unknown[1]!r}{hint} Known: {', '.join(known)}"
    return f"{where}: {table}{problem.split(' - at', maxsplit=1)[0]}; correct the value"


def _named(path: str, content: dict[str, Any], kind: type[msgspec.Struct]) -> str:
    """Return a path with the name of the entry that is wrong, where people chose the names."""
    before, found, behind = path.partition(_ENTRY)
    if not found:
        return path
    steps = before.split(".")
    table: Any = content
    for step in steps:
        table = table[step]
    for name, value in table.items():
        alone: Any = {name: value}
        for step in reversed(steps):
            alone = {step: alone}
        try:
            msgspec.convert(alone, kind, strict=True)
        except msgspec.ValidationError as error:
            if _ENTRY in str(error):
                return f"{before}.{name}{behind}"
    return path


def _tag_at(named: str, content: dict[str, Any]) -> str | None:
    """Return the `kind` that an entry of a list says it is, where each has keys of its own."""
    place = re.fullmatch(r"([^\[\]]+)\[(\d+)\]", named)
    if place is None:
        return None
    entries: Any = content
    for step in place[1].split("."):
        entries = entries[step]
    tag = entries[int(place[2])].get("kind")
    return tag if isinstance(tag, str) else None


def _known_keys(path: str, root: type[msgspec.Struct], tag: str | None) -> list[str]:
    kind: Any = msgspec.inspect.type_info(root)
    for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", path):
        if step.startswith("["):
            inner = (_member(kind, name) for name in ("item_type", "value_type"))
            kind = next(found for found in inner if found is not None)
        else:
            fields = _member(kind, "fields")
            kind = next(field.type for field in fields if field.encode_name == step)
    kinds = [each for each in getattr(kind, "types", ()) if getattr(each, "tag", None) == tag]
    return [field.encode_name for field in _member(kinds[0] if tag and kinds else kind, "fields")]


def _member(kind: Any, name: str) -> Any:
    """Return what is inside a type: its fields, or the type of its items or values."""
    kinds = getattr(kind, "types", (kind,))
    return next((getattr(found, name) for found in kinds if hasattr(found, name)), None)
