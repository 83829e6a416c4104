"""What SQL files are handed: settings as variables, and small tables of what is being folded."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pyarrow as pa

from lineage_pipeline.policy.card_sections import card_sections
from lineage_pipeline.policy.controls import Catalogue, shipped_controls
from lineage_pipeline.policy.retention import RetentionRule, shipped_rules
from lineage_pipeline.schemas import arrow_table
from lineage_pipeline.settings.classification import RuleRow, rule_rows

if TYPE_CHECKING:
    import duckdb

    from lineage_pipeline.settings.lineage_toml import Settings

STAGE_OVERRIDE: Final = pa.schema(
    [("place", pa.int64()), ("pattern", pa.string()), ("stage", pa.string())]
)
TAG_RULE: Final = pa.schema(
    [
        ("place", pa.int64()),
        *((name, pa.string()) for name in ("category", "key", "value", "of_dataset")),
    ]
)
REGISTRY_NAME: Final = pa.schema([("source", pa.string()), ("name", pa.string())])
"""What model identifiers call the registry behind a landing folder, where settings say so."""
DEVELOPMENT_ACTOR: Final = pa.schema([("pattern", pa.string())])


SHIPPED_CONTROL: Final = pa.schema(
    [("place", pa.int32()), ("control_id", pa.string()), ("body", pa.string())]
)


class Shipped(msgspec.Struct, frozen=True):
    """What the library brings: rules of retention, controls, sections of model cards.

    Attributes:
        retention: the rules, by name.
        controls: the catalogue.
        card_sections: each section of a card with a tier that asks for it.
    """

    retention: dict[str, RetentionRule]
    controls: Catalogue
    card_sections: tuple[tuple[str, str], ...]


@cache
def shipped_data() -> Shipped:
    """Return what the library brings."""
    return Shipped(shipped_rules(), shipped_controls(), card_sections())


def hand_shipped(connection: duckdb.DuckDBPyConnection) -> None:
    """Write what the library brings into the tables of the warehouse that hold it."""
    run, shipped = connection.execute, shipped_data()
    for name, rule in shipped.retention.items():
        body = msgspec.json.encode(rule).decode()
        run("insert into retention.shipped_rule values ($1, $2)", [name, body])
    catalogue = shipped.controls
    for name, one in catalogue.framework.items():
        run(
            "insert into compliance.framework values ($1, $2, $3, $4, $5, $6)",
            [name, one.title, one.kind, one.source, one.note, catalogue.version],
        )
    columns = {
        "place": list(range(len(catalogue.control))),
        "control_id": [*catalogue.control],
        "body": [msgspec.json.encode(one).decode() for one in catalogue.control.values()],
    }
    connection.from_arrow(arrow_table(SHIPPED_CONTROL, columns)).insert_into(
        "silver.shipped_control"
    )
    for section, tier in shipped.card_sections:
        run("insert into silver.card_section values ($1, $2)", [section, tier])


def hand_settings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Hand the settings to the SQL files: as variables, and as small tables in `step`."""
    stages = settings.stages
    connection.execute(
        "set variable max_alias_group = $limit", {"limit": settings.lineage.max_alias_group}
    )
    for stage in ("raw", "cleaned", "feature", "training"):
        words = list(getattr(stages, stage))
        connection.execute(f"set variable {stage}_words = $words::varchar[]", {"words": words})
    connection.execute(
        "set variable case_insensitive = $patterns::varchar[]",
        {"patterns": [_like(pattern) for pattern in settings.lineage.case_insensitive]},
    )
    overrides = {
        "place": list(range(len(stages.override))),
        "pattern": [_like(override.node) for override in stages.override],
        "stage": [override.stage for override in stages.override],
    }
    keep(connection, "stage_override", STAGE_OVERRIDE, overrides)
    patterns = {"pattern": list(settings.lineage.development)}
    keep(connection, "development_actor", DEVELOPMENT_ACTOR, patterns)
    names = registry_names(settings)
    keep(
        connection, "registry_name", REGISTRY_NAME, {"source": [*names], "name": [*names.values()]}
    )
    classification = settings.classification
    connection.execute(
        "set variable denials = $words::varchar[]", {"words": list(classification.denials)}
    )
    rules = rule_rows(classification)
    keep(
        connection,
        "tag_rule",
        TAG_RULE,
        {name: [getattr(rule, name) for rule in rules] for name in RuleRow._fields},
    )


def keep(
    connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, columns: dict[str, Any]
) -> None:
    """Keep columns as the table `step.NAME`, in the place of what is there."""
    connection.execute("use step")
    connection.execute(f"drop table if exists {name}")
    connection.from_arrow(arrow_table(schema, columns)).create(name)
    connection.execute("use warehouse")


def registry_names(settings: Settings) -> dict[str, str]:
    """Return what identifiers call the registry behind a landing folder that names none."""
    named = {
        "registry/mlflow": [one.namespace for one in settings.registry.mlflow],
        "registry/sagemaker": [one.namespace for one in settings.registry.sagemaker],
    }
    return {folder: names[0] for folder, names in named.items() if len(names) == 1}


def _like(pattern: str) -> str:
    """Return a pattern in which `*` stands for anything as LIKE has it, escaped by backslashes."""
    escaped = pattern.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return escaped.replace("*", "%")
