"""Settings of a workspace: `lineage.toml`, read once, frozen, unknown keys refused."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lineage_pipeline.declared import read_declared
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.settings.anchors import TrailSettings
from lineage_pipeline.settings.archive import ArchiveSettings
from lineage_pipeline.settings.classification import ClassificationSettings
from lineage_pipeline.settings.registries import MonitoringSettings, RegistrySettings
from lineage_pipeline.settings.stores import DisposalSettings

if TYPE_CHECKING:
    from pathlib import Path

Stage = Literal["raw", "cleaned", "feature", "training", "model", "deployment", "unknown"]
STAGES: tuple[str, ...] = get_args(Stage)

AuditCategory = Literal[
    "train", "eval", "register", "approve", "deploy", "config", "incident", "retire", "access",
    "retention", "other",
]  # fmt: skip
Verdict = TypeVar("Verdict")

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
        case_insensitive: namespaces, in which `*` stands for anything, whose dataset names mean the
            same in upper and lower case. Their nodes are called in lower case.
        development: roles and jobs, in which `*` stands for anything, that are for development:
            what they read of production data is told.
    """

    max_alias_group: Annotated[int, msgspec.Meta(ge=2)] = 64
    case_insensitive: tuple[str, ...] = ()
    development: tuple[str, ...] = (
        "*sandbox*", "*-dev", "*-dev-*", "*-dev/*", "*-dev.*", "*-dev:*",
    )  # fmt: skip


class AuditValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text out of a record; exactly one of `path`, `join` and `constant` is given.

    Attributes:
        path: where it stands in the record.
        join: paths and literal texts, put together; null if one of the paths leads to nothing.
        constant: the same text for every record.
        pattern: a regular expression with one group: the value is the group, null if none is found.
    """

    path: str | None = None
    join: tuple[str, ...] = ()
    constant: str | None = None
    pattern: str | None = None


AuditSource = str | AuditValue | tuple[str | AuditValue, ...]
"""A path, a value, or several of them, of which the first that gives a text counts."""


class AuditColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the text columns of an audit event come from, by their names in `audit.event`."""

    source_event_id: AuditSource = ()
    occurred_at: AuditSource = ()
    tenant: AuditSource = ()
    action: AuditSource = ()
    status_code: AuditSource = ()
    actor_id: AuditSource = ()
    on_behalf_of: AuditSource = ()
    src_ip: AuditSource = ()
    user_agent: AuditSource = ()
    session_id: AuditSource = ()
    correlation_id: AuditSource = ()
    resource_type: AuditSource = ()
    resource_id: AuditSource = ()
    resource_name: AuditSource = ()
    resource_version: AuditSource = ()
    environment: AuditSource = ()
    model_key: AuditSource = ()
    model_version: AuditSource = ()
    dataset_key: AuditSource = ()
    run_id: AuditSource = ()
    reason: AuditSource = ()
    ticket_ref: AuditSource = ()
    retention_class: AuditSource = ()


class AuditRule(msgspec.Struct, Generic[Verdict], frozen=True, forbid_unknown_fields=True):
    """One rule of a list of which the first that holds decides.

    Attributes:
        of: what it looks at: a column's name, a path or a value.
        matches: a regular expression that is found in it; the empty one holds for every text.
        missing: it holds where there is no text, instead of `matches`.
        value: what it decides.
    """

    of: str | AuditValue
    value: Verdict
    matches: str | None = None
    missing: bool = False


class AuditRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the columns of fixed vocabulary are decided; else `other`, 99, `unknown`, not interim."""

    category: tuple[AuditRule[AuditCategory], ...] = ()
    activity_id: tuple[AuditRule[Literal[0, 1, 2, 3, 4, 99]], ...] = ()
    outcome: tuple[AuditRule[Literal["success", "failure", "denied", "unknown"]], ...] = ()
    actor_type: tuple[AuditRule[Literal["human", "service", "system", "unknown"]], ...] = ()
    is_interim: tuple[AuditRule[bool], ...] = ()


class AuditTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How `occurred_at` is written, if not in RFC 3339: with strptime's directives or a number."""

    format: str | None = None
    epoch: Literal["seconds", "milliseconds"] | None = None


class AuditDeclaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the records of one audit log become rows of `audit.event`.

    Attributes:
        files: a pattern over file names in the landing folder.
        source: the column `source`; the declaration's own name if none is given.
        records: the path of a list of records inside a document.
        line: for logs of text: a regular expression whose named groups are the record's keys.
        recognise: groups of paths; a record that has all paths of one group is of this format.
        required: columns without which a record is set aside, beside `occurred_at` and `action`.
        known_keys: further keys of records; naming large ones makes reading faster.
        public_keys: keys that look like a secret's and hold none.
        columns: where the text columns come from.
        attrs: what else to keep, by name, as one JSON object; as text what a column takes too.
        rules: how the columns with a fixed vocabulary are decided.
        time: how `occurred_at` is written.
    """

    files: str = "*"
    source: str | None = None
    records: str | None = None
    line: str | None = None
    recognise: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()
    known_keys: tuple[str, ...] = ()
    public_keys: tuple[str, ...] = ()
    columns: AuditColumns = AuditColumns()
    attrs: dict[str, str | tuple[str, ...]] = {}
    rules: AuditRules = AuditRules()
    time: AuditTime = AuditTime()


class AuditSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Audit logs of one's own: a declaration for each kind in `landing/audit/generic`, by name."""

    generic: dict[str, AuditDeclaration] = {}


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of a workspace, one attribute for each table of `lineage.toml`."""

    workspace: WorkspaceSettings = WorkspaceSettings()
    scan: ScanSettings = ScanSettings()
    stages: StageSettings = StageSettings()
    lineage: LineageSettings = LineageSettings()
    classification: ClassificationSettings = ClassificationSettings()
    audit: AuditSettings = AuditSettings()
    trail: TrailSettings = TrailSettings()
    registry: RegistrySettings = RegistrySettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    disposal: DisposalSettings = DisposalSettings()
    archive: ArchiveSettings = ArchiveSettings()


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
    settings = read_declared(content, Settings, where)
    try:
        ZoneInfo(settings.scan.default_timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"{where}: scan.default_timezone is {settings.scan.default_timezone!r}, which is no "
            f"IANA time zone; write one like 'UTC' or 'Europe/Berlin'"
        ) from error
    return settings


def settings_digest_source(settings: Settings) -> bytes:
    """Return the settings as canonical bytes, for a digest that changes when they do.

    Without those of the trail, of what is fetched from where and of what is deleted or moved
    where: no table depends on them.
    """
    counted = msgspec.structs.replace(
        settings,
        trail=TrailSettings(),
        registry=RegistrySettings(),
        monitoring=MonitoringSettings(),
        disposal=DisposalSettings(),
        archive=ArchiveSettings(),
    )
    return msgspec.json.encode(counted, order="deterministic")
