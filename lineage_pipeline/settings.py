"""Settings of a workspace: `lineage.toml`, read once, frozen, unknown keys refused."""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

Stage = Literal["raw", "cleaned", "feature", "training", "model", "deployment", "unknown"]
STAGES: tuple[str, ...] = get_args(Stage)

MEBIBYTE = 1 << 20


class WorkspaceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the workspace is.

    Attributes:
        name: how reports call it.
        synthetic: made data; only then may a run set its own clock.
    """

    name: str = "lineage"
    synthetic: bool = False


class ScanSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of the scan.

    Attributes:
        max_record_bytes: a longer record is quarantined unread.
        max_decompression_ratio: a compressed file that grows by more is quarantined.
        default_timezone: the IANA zone of event times that name none.
    """

    max_record_bytes: Annotated[int, msgspec.Meta(ge=1024)] = 32 * MEBIBYTE
    max_decompression_ratio: Annotated[int, msgspec.Meta(ge=2)] = 200
    default_timezone: str = "UTC"


class StageOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stage that people decide: `node` is an identifier in which `*` stands for anything."""

    node: str
    stage: Stage


class StageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How nodes get their stage.

    Attributes:
        override: decided by people, before every rule; the first match wins.
        raw, cleaned, feature, training: words that mark a stage when a dataset's name holds one.
    """

    override: tuple[StageOverride, ...] = ()
    raw: tuple[str, ...] = ("raw", "bronze", "landing")
    cleaned: tuple[str, ...] = ("silver", "stg", "staging", "clean", "cleaned")
    feature: tuple[str, ...] = ("feature", "features")
    training: tuple[str, ...] = ("training", "trainset")


class LineageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the graph is built.

    Attributes:
        max_alias_group: names joined by symlinks; a larger group stays apart and is flagged.
    """

    max_alias_group: Annotated[int, msgspec.Meta(ge=2)] = 64


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a workspace, one attribute for each table of `lineage.toml`."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    scan: ScanSettings = ScanSettings()
    stages: StageSettings = StageSettings()
    lineage: LineageSettings = LineageSettings()


def read_settings(file: Path) -> Settings:
    """Return the settings in `file`.

    Raises:
        ConfigError: the file is missing, is not TOML, or holds an unknown key or a wrong value.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: no settings here; make a workspace with `lineage init {file.parent}` "
            f"or name one with -w DIR"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML: {error}; correct it") from error
    return parse_settings(content, str(file))


def parse_settings(content: dict[str, Any], where: str) -> Settings:
    """Return `content` as settings; `where` names it in errors.

    Raises:
        ConfigError: an unknown key, with the nearest known one, or a wrong value.
    """
    try:
        settings = msgspec.convert(content, Settings, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(str(error), where)) from error
    try:
        ZoneInfo(settings.scan.default_timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"{where}: scan.default_timezone is {settings.scan.default_timezone!r}, which is no "
            f"IANA time zone; write one like 'UTC' or 'Europe/Berlin'"
        ) from error
    return settings


def settings_digest_source(settings: Settings) -> bytes:
    """Return the settings as canonical bytes, for a digest that changes when they do."""
    return msgspec.json.encode(settings, order="deterministic")


def _explain(problem: str, where: str) -> str:
    """Return msgspec's message with the file, the key's path and the nearest known key."""
    path = match[1] if (match := re.search(r"at `\$\.?([^`]*)`", problem)) else ""
    table = f"[{path}] " if path else ""
    if unknown := re.search(r"unknown field `([^`]*)`", problem):
        known = _known_keys(path)
        near = difflib.get_close_matches(unknown[1], known, n=1, cutoff=0.0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{where}: {table}unknown key {unknown[1]!r}{hint} Known: {', '.join(known)}"
    return f"{where}: {table}{problem.split(' - at', maxsplit=1)[0]}; correct the value"


def _known_keys(path: str) -> list[str]:
    kind: Any = Settings
    for step in filter(None, re.split(r"[.\[]", path)):
        if step.startswith("..."):
            kind = StageOverride
            continue
        kind = {field.name: field.type for field in msgspec.structs.fields(kind)}.get(step, kind)
        if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
            kind = StageOverride
    return [field.encode_name for field in msgspec.structs.fields(kind)]
