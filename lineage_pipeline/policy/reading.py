"""The files of `policy/` put together: each table stands once, and all names must be known."""

from __future__ import annotations

import tomllib
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lineage_pipeline.declared import read_declared
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.formats.yaml_text import json_texts
from lineage_pipeline.policy.controls import wrong_controls, wrong_frameworks
from lineage_pipeline.policy.names import deciders, wrong_names
from lineage_pipeline.policy.retention import wrong_rules
from lineage_pipeline.policy.rules import Person, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIXES: Final = (".toml", ".yaml", ".yml")
LARGEST: Final = 4 << 20
"""The bytes that a file of a policy may have: people write it."""


def read_policy(folder: Path) -> Policy:
    """Return what the TOML and YAML files of a folder say together; nothing if there is none.

    Raises:
        ConfigError: a file cannot be read, says what another has said, or names what there is not.
    """
    said: dict[str, Any] = {}
    place: dict[tuple[str, ...], Path] = {}
    for file in policy_files(folder):
        content = _content(file)
        read_declared(content, Policy, str(file))  # so that an error names the file
        for path, value in _leaves(content):
            if path in place and not _goes_on(path, value):
                raise ConfigError(
                    f"{file}: {'.'.join(path)} stands in {place[path]} already; say it once"
                )
            place[path] = file
            _put(said, path, value)
    policy = read_declared(said, Policy, str(folder))
    problems = [
        *wrong_names(policy), *wrong_rules(policy.retention), *wrong_controls(policy.control),
        *wrong_frameworks(policy.obligations.frameworks),
    ]  # fmt: skip
    if problems:
        raise ConfigError(f"{folder}: {'; '.join(problems)}")
    return _with_deciders(policy)


def _with_deciders(policy: Policy) -> Policy:
    """Return the policy with whom it names as a decider and nowhere else as people of their own."""
    declared = {person.id for person in policy.person}
    named = dict.fromkeys(name for _, name in deciders(policy) if name not in declared)
    return msgspec.structs.replace(policy, person=(*policy.person, *map(Person, named)))


def policy_files(folder: Path) -> list[Path]:
    """Return the files that a policy stands in, by name; hidden ones do not count."""
    if not folder.is_dir():
        return []
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def policy_bytes(policy: Policy) -> bytes:
    """Return a policy in its one form: what it says beyond the defaults, keys in order."""
    return msgspec.json.encode(_beyond_defaults(policy), order="deterministic")


def policy_digest(policy: Policy) -> str:
    """Return the SHA-256 of a policy, as hex: the same whatever files it stands in."""
    return sha256(policy_bytes(policy)).hexdigest()


def _beyond_defaults(value: Any) -> Any:
    """Return a value without what equals its default, so that to write that out changes nothing."""
    if isinstance(value, msgspec.Struct):
        fields = ((field, getattr(value, field.name)) for field in msgspec.structs.fields(value))
        return {
            field.encode_name: _beyond_defaults(held)
            for field, held in fields
            if field.required or held != _default_of(field)
        }
    if isinstance(value, dict):
        return {name: _beyond_defaults(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_beyond_defaults(each) for each in value]
    return value + 0.0 if isinstance(value, float) else value  # there is one zero


def _default_of(field: msgspec.structs.FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def _content(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
        if len(data) > LARGEST:
            raise ConfigError(
                f"{file}: has {len(data)} bytes; a policy may have {LARGEST}, so divide it"
            )
        found = tomllib.loads(data.decode()) if file.suffix == ".toml" else _yaml(file, data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}; correct it") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: is no table of keys; write one")
    return found


def _yaml(file: Path, data: bytes) -> Any:
    documents = list(json_texts(data))
    if len(documents) > 1:
        raise ConfigError(f"{file}: holds {len(documents)} documents; write one")
    for document in documents:
        if isinstance(document.json, Problem):
            raise ConfigError(f"{file}: {document.json.reason}; correct it")
        return msgspec.json.decode(document.json)
    return {}


def _leaves(content: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what a file says, each table of a name by itself: other files may say other names."""
    for table, entries in content.items():
        if isinstance(entries, dict):
            for name, value in entries.items():
                yield (table, name), value
        else:
            yield (table,), entries


def _goes_on(path: tuple[str, ...], value: Any) -> bool:
    """Return whether a table is a list, such as `[[person]]`, that another file may go on with."""
    return len(path) == 1 and isinstance(value, list)


def _put(said: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    table, *rest = path
    if rest:
        said.setdefault(table, {})[rest[0]] = value
    else:
        said[table] = [*said.get(table, []), *value] if isinstance(value, list) else value
