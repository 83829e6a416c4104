"""Policies in files, as tests write them: TOML and YAML out of plain values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.policy.reading import read_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lineage_pipeline.policy.rules import Policy

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG3zf6VPr8hguiQbk+KB7rNvN9mGrzMkqho2LptJd+Te"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDqR/S4VmmEiHgrHoVFQew1dLmz1lVSVmpVeM1/rxyfn"


def policy_of(folder: Path, files: Mapping[str, str | bytes]) -> Policy:
    """Return what files say together."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_policy(folder)


def refusal(folder: Path, files: Mapping[str, str | bytes]) -> str:
    """Return why files are no policy, their folder called `policy`."""
    with pytest.raises(ConfigError) as caught:
        policy_of(folder, files)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(str(folder), "policy")


def leaves(policy: Policy) -> list[tuple[tuple[str, ...], Any]]:
    """Return what a policy says, each name of a table by itself."""
    found: list[tuple[tuple[str, ...], Any]] = []
    for table, entries in msgspec.to_builtins(policy).items():
        if isinstance(entries, dict):
            found += [((table, name), value) for name, value in entries.items()]
        else:
            found.append(((table,), entries))
    return found


def toml(said: Iterable[tuple[tuple[str, ...], Any]]) -> str:
    return "".join(f"{'.'.join(map(_text, path))} = {_value(value)}\n" for path, value in said)


def yaml(said: Iterable[tuple[tuple[str, ...], Any]]) -> str:
    whole: dict[str, Any] = {}
    for (table, *name), value in said:
        if name:
            whole.setdefault(table, {})[name[0]] = value
        else:
            whole[table] = value
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_text(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
