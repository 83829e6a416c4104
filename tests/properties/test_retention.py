"""Retention as SQL resolves it and as a plain model does, over drawn objects, rules and clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.policy.retention import CLASSES
from lineage_pipeline.warehouse.sqlfiles import stage_files
from tests.properties.retention_model import FOREVER, Object, Rule, after, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN: Final = """
create macro retention.object_at(as_of) as table from object;
create macro retention.held_at(as_of) as table from held;
create macro retention.needed_at(as_of) as table from needed;
"""
OBJECT: Final = {
    "object_id": pl.String, "class": pl.String, "namespace": pl.String, "name": pl.String,
    "stage": pl.String, "tier": pl.String, "tags": pl.List(pl.String),
    "version_node_id": pl.String, "created_at": pl.Datetime("us", "UTC"),
    "last_used_at": pl.Datetime("us", "UTC"), "placed_at": pl.Datetime("us", "UTC"),
    "retired_at": pl.Datetime("us", "UTC"), "row_count": pl.Int64, "total_bytes": pl.Int64,
    "archived_at": pl.Datetime("us", "UTC"), "anonymised_at": pl.Datetime("us", "UTC"),
}  # fmt: skip
ANCHORS: Final = {
    "created": "created_at", "last used": "last_used_at", "placed on the market": "placed_at",
    "retired": "retired_at",
}  # fmt: skip
POLICY: Final = {
    "name": pl.String, "class": pl.String, "namespace_like": pl.String, "name_like": pl.String,
    "tag": pl.String, "stage": pl.String, "tier": pl.String, "jurisdiction": pl.String,
    "minimum": pl.String, "minimum_months": pl.Int32, "minimum_days": pl.Int32,
    "maximum": pl.String, "maximum_months": pl.Int32, "maximum_days": pl.Int32,
    "anchor": pl.String, "basis": pl.String, "action": pl.String,
    "applies_from": pl.Date, "applies_until": pl.Date,
    "valid_from_at": pl.Datetime("us", "UTC"), "valid_to_at": pl.Datetime("us", "UTC"),
    "known_to_at": pl.Datetime("us", "UTC"),
}  # fmt: skip

SHORT: Final = [datetime(*day, tzinfo=UTC) for day in ((2024, 1, 31), (2024, 2, 29), (2025, 3, 31))]
"""Days from which on months are too short."""
AT: Final = st.sampled_from(SHORT) | st.integers(0, 126_000_000).map(
    lambda seconds: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
PERIOD: Final = st.tuples(st.sampled_from([0, 1, 6, 12, 36]), st.sampled_from([0, 1, 30]))
CLASS: Final = st.sampled_from(["training set", "data set", "card"])
DAY: Final = st.sampled_from([at.date() + timedelta(days=n) for at in SHORT for n in (0, 1)])
WORD: Final = st.sampled_from(["a", "b"])
SELDOM: Final = st.sampled_from([False, False, False, True])
PATTERN: Final = st.sampled_from(["*", "a*", "*b", "a", "s3://?", "a_"])


def seldom(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """Draw a value in one case of four, so that most rules speak of something."""
    return draw(values) if draw(SELDOM) else None


@st.composite
def rules(draw: st.DrawFn, number: int) -> Rule:
    minimum, maximum = draw(st.sampled_from(["min", "max", "both"]).flatmap(_bounds))
    return Rule(
        name=f"r{number}", of=draw(CLASS), minimum=minimum, maximum=maximum,
        anchor=draw(st.sampled_from(sorted(ANCHORS))),
        basis=draw(st.sampled_from(["law", "house"])),
        namespace=seldom(draw, PATTERN), called=seldom(draw, PATTERN),
        tag=seldom(draw, st.sampled_from(["pii", "pii=yes", "p"])),
        stage=seldom(draw, WORD), tier=seldom(draw, WORD),
        applies_from=seldom(draw, DAY), applies_until=seldom(draw, DAY),
        action=draw(st.sampled_from(["delete", "delete", "archive", "anonymise"])),
    )  # fmt: skip


def _bounds(which: str) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.tuples(
        PERIOD if which != "max" else st.none(), PERIOD if which != "min" else st.none()
    )


@st.composite
def objects(draw: st.DrawFn, number: int) -> Object:
    of = None if draw(SELDOM) else draw(CLASS)
    return Object(
        object_id=f"{draw(st.sampled_from(['dataset', 'card']))}:{number}", of=of,
        namespace=draw(PATTERN), name=draw(PATTERN), stage=draw(st.none() | WORD),
        tier=draw(st.none() | WORD),
        tags=tuple(draw(st.lists(st.sampled_from(["pii=yes", "pii=no", "b="]), unique=True))),
        anchors={anchor: None if draw(SELDOM) else draw(AT) for anchor in ANCHORS},
        archived_at=draw(st.none() | AT), anonymised_at=draw(st.none() | AT),
    )  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for schema in ("governance", "retention", "silver"):
        connection.execute(f"create schema {schema}")
    macros = {file.object: file for file in (*stage_files("ground"), *stage_files("serve"))}
    for name in ("governance.stands", "retention.after"):
        connection.execute(macros[name].statements)
    with_rows(connection, [], [], set(), set())
    connection.execute(GIVEN)
    for name in (
            "silver.rule_at", "silver.dated_of", "silver.resolved", "retention.resolution_at",
        ):  # fmt: skip
        connection.execute(macros[name].statements)
    yield connection
    connection.close()


def with_rows(
    engine: duckdb.DuckDBPyConnection,
    found: list[Object],
    said: list[Rule],
    held: set[str],
    needed: set[str],
) -> None:
    """Put these objects, rules, holds and needs in the place of those before."""
    keep(engine, "object", OBJECT, [object_row(one) for one in found])
    keep(engine, "retention.policy", POLICY, [policy_row(one) for one in said])
    texts = dict.fromkeys(("object_id", "hold_id", "matter", "reason", "basis"), pl.String)
    keep(engine, "held", texts, [
        {"object_id": one, "hold_id": "h", "matter": "m", "reason": "r", "basis": "named"}
        for one in sorted(held)
    ])  # fmt: skip
    texts = dict.fromkeys(("object_id", "needed_by", "basis"), pl.String)
    keep(engine, "needed", texts, [
        {"object_id": one, "needed_by": "v", "basis": "serves"} for one in sorted(needed)
    ])  # fmt: skip


def keep(
    engine: duckdb.DuckDBPyConnection, name: str, schema: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    frame = pl.DataFrame(rows, schema=schema)
    engine.execute(f"create or replace table {name} as from frame")
    assert len(frame) == len(rows)


def object_row(one: Object) -> dict[str, Any]:
    return {
        "object_id": one.object_id, "class": one.of, "namespace": one.namespace,
        "name": one.name, "stage": one.stage, "tier": one.tier, "tags": list(one.tags),
        **{column: one.anchors.get(anchor) for anchor, column in ANCHORS.items()},
        "archived_at": one.archived_at, "anonymised_at": one.anonymised_at,
    }  # fmt: skip


def policy_row(rule: Rule) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": rule.name, "class": rule.of, "anchor": rule.anchor, "basis": rule.basis,
        "namespace_like": like(rule.namespace), "name_like": like(rule.called), "tag": rule.tag,
        "stage": rule.stage, "tier": rule.tier, "action": rule.action,
        "applies_from": rule.applies_from, "applies_until": rule.applies_until,
        "valid_from_at": datetime(2000, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    for side in ("minimum", "maximum"):
        period = getattr(rule, side)
        months, days = period or (0, 0)
        row |= {side: period and "P", f"{side}_months": months, f"{side}_days": days}
    return row


def like(pattern: str | None) -> str | None:
    return pattern and pattern.replace("_", r"\_").replace("*", "%")


def resolved(engine: duckdb.DuckDBPyConnection, as_of: datetime) -> dict[str, dict[str, Any]]:
    rows = engine.execute(
        "select object_id, verdict, stays_until = 'infinity', "
        "if(isfinite(stays_until), stays_until, null), goes_at, action "
        "from retention.resolution_at($as_of)",
        {"as_of": as_of},
    ).fetchall()
    return {
        object_id: {
            "verdict": said,
            "stays_until": FOREVER if is_open else stays,
            "goes_at": goes,
            "action": action,
        }
        for object_id, said, is_open, stays, goes, action in rows
    }


@settings(max_examples=200)
@given(data=st.data())
def test_sql_resolves_as_the_plain_model_does(
    data: st.DataObject, engine: duckdb.DuckDBPyConnection
) -> None:
    said = [data.draw(rules(number)) for number in range(data.draw(st.integers(1, 6)))]
    found = [data.draw(objects(number)) for number in range(data.draw(st.integers(4, 12)))]
    some = st.sets(st.sampled_from([one.object_id for one in found]))
    held, needed = data.draw(some), data.draw(some)
    as_of = data.draw(st.sampled_from(moments(found, said)) | st.sampled_from(SHORT))
    with_rows(engine, found, said, held, needed)

    expected = {one.object_id: verdict(one, said, held, needed, as_of) for one in found}
    assert resolved(engine, as_of) == expected


def moments(found: list[Object], said: list[Rule]) -> list[datetime]:
    """Return the instants at which a period just ends, and a second before."""
    ends = [
        after(at, period)
        for one in found
        for at in one.anchors.values()
        for rule in said
        for period in (rule.minimum, rule.maximum)
        if at is not None and period is not None
    ]
    return [*ends, *(end - timedelta(seconds=1) for end in ends)] or SHORT


def test_each_class_is_one_that_objects_have() -> None:
    made_by = ("retention.object_at", "silver.said_of_version_at")
    texts = "".join(file.statements for file in stage_files("serve") if file.object in made_by)
    assert [name for name in CLASSES if f"'{name}'" not in texts] == []
