"""Histories of registries are those of a plain fold, for polls in any order, split and repeated."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.formats.documents import Document, read_document
from lineage_pipeline.warehouse.sqlfiles import STAGES, stage_files
from tests.properties.registry_model import Entry, Poll, Row, folded
from tests.properties.test_fold import EVERY_TIME, SEED
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Opened = Callable[[], duckdb.DuckDBPyConnection]

SOURCE: Final = "registry/mlflow"
HOUR_MS: Final = 3_600_000
DOCUMENT: Final = """
create table bronze.document (
    document_id blob, source varchar, kind varchar, occurred_at timestamptz, body varchar,
    source_file varchar, source_offset bigint, batch_id varchar, ingested_at timestamptz
)
"""
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
OWN: Final = [
    file
    for stage in STAGES
    if stage in ("ground", "bronze", "documents", "registry")
    for file in stage_files(stage)
    if stage == "ground"
    or file.object in ("step.new_document", "silver.document")
    or (stage in ("documents", "registry") and file.path.name < "1")
]
"""What makes the registry's tables out of documents, and nothing else."""

MADE: Final = st.none() | st.integers(0, 9)
RUNS: Final = st.sampled_from(["r", "s"])
MODELS: Final = st.dictionaries(
    st.sampled_from([("a",), ("b",)]),
    st.builds(
        Entry,
        made=MADE,
        value=st.sampled_from(["ada", "bob"]),
        run=st.none(),
        aliases=st.dictionaries(
            st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"]), max_size=2
        ).map(lambda aliases: tuple(sorted(aliases.items()))),
    ),
)
VERSIONS: Final = st.dictionaries(
    st.sampled_from([("a", "1"), ("a", "2")]),
    st.builds(
        Entry,
        made=MADE,
        value=st.sampled_from(["READY", "FAILED"]),
        run=st.none() | RUNS,
        aliases=st.just(()),
    ),
)
TRAINERS: Final = st.dictionaries(RUNS, st.sampled_from(["mia", "jonas"]))
POLLS: Final = st.lists(
    st.builds(
        Poll,
        at=st.integers(1, 9),
        models=st.none() | MODELS,
        versions=st.none() | VERSIONS,
        trainers=st.none() | TRAINERS,
        is_whole=st.sampled_from([True, True, False]),
    ).filter(lambda poll: any(x is not None for x in (poll.models, poll.versions, poll.trainers))),
    min_size=1,
    max_size=6,
    unique_by=lambda poll: poll.at,
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Return what opens a warehouse in which nothing was told yet, in memory."""
    workspace = published_workspace(tmp_path_factory.mktemp("registry") / "workspace")
    deliver(workspace, {})

    def open_empty() -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:")
        for statement in (
            "set timezone = 'UTC'",
            f"attach '{workspace.paths.warehouse}' as published (read_only)",
            "attach ':memory:' as warehouse",
            "copy from database published to warehouse (schema)",
            "detach published",
            "attach ':memory:' as step",
            "attach ':memory:' as bronze",
            "create table step.registry_name (source varchar, name varchar)",
            "create table step.new_batch (batch_id varchar)",
            DOCUMENT,
            "set variable case_insensitive = []::varchar[]",
            "use warehouse",
        ):
            connection.execute(statement)
        return connection

    return open_empty


@settings(EVERY_TIME, max_examples=25)
@given(polls=POLLS, seed=SEED, scans=st.integers(1, 3))
def test_histories_are_those_of_a_plain_fold(
    opened: Opened, polls: list[Poll], seed: int, scans: int
) -> None:
    random = Random(seed)  # noqa: S311 - only has to be the same for the same seed
    arrival = [(poll, random.randrange(scans)) for poll in polls]
    again = [(poll, random.randrange(scans)) for poll, _ in arrival if random.random() < 0.3]
    with opened() as connection:
        told: list[Poll] = []
        believed = []
        for scan in range(scans):
            new = [poll for poll, number in (*arrival, *again) if number == scan]
            random.shuffle(new)
            told += [poll for poll in new if poll not in told]
            take_in(connection, new, scan)
            decide(connection, scan)
            believed.append(folded(told))
            assert apart(rows(connection, scan), believed[-1]) == []
        for scan, expected in enumerate(believed):
            assert apart(rows(connection, scan), expected) == []
        as_it_came = everything(connection)
        for table in as_it_came:
            connection.execute(f"truncate {table}")
        for scan in range(scans):
            decide(connection, scan)
        assert everything(connection) == as_it_came


def take_in(connection: duckdb.DuckDBPyConnection, polls: Sequence[Poll], scan: int) -> None:
    """Read the documents of polls as a scan does, and run the stages that extract them."""
    run = connection.execute
    run("delete from bronze.document")
    run("delete from step.new_batch")
    run("insert into step.new_batch values ($1)", [f"batch {scan}"])
    for number, (file, document) in enumerate(documents(polls)):
        occurred_at = datetime.fromtimestamp((document.occurred_ns or 0) / 1_000_000_000, UTC)
        run(
            "insert into bronze.document values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                document.document_id, SOURCE, document.kind, occurred_at, document.body.decode(),
                file, number, f"batch {scan}", clock(scan),
            ],
        )  # fmt: skip
    stages(connection, "bronze", "documents")


def decide(connection: duckdb.DuckDBPyConnection, scan: int) -> None:
    connection.execute("set variable known_at = $1::timestamptz", [clock(scan)])
    stages(connection, "ground", "registry")


def stages(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    for name in names:
        for file in OWN:
            if file.path.parent.name == name:
                connection.execute(file.statements)


def clock(scan: int) -> datetime:
    return CLOCK + timedelta(days=scan)


def documents(polls: Sequence[Poll]) -> Iterator[tuple[str, Document]]:
    """Yield what polls answered, as documents; one that breaks off has a page behind it."""
    for poll in polls:
        at = START + timedelta(hours=poll.at)
        folder = f"landing/{SOURCE}/{at:%Y%m%dT%H%M%SZ}"
        more = {} if poll.is_whole else {"next_page_token": "more"}
        for body in bodies(poll):
            file = f"{folder}/{next(iter(body))}.json"
            document = read_document(SOURCE, json.dumps(body | more).encode(), file, "UTC")
            assert isinstance(document, Document)
            yield file, document


def bodies(poll: Poll) -> Iterator[dict[str, Any]]:
    if poll.models is not None:
        yield {
            "registered_models": [
                {
                    "name": name,
                    "creation_timestamp": moment(entry.made),
                    "tags": [{"key": "owner", "value": entry.value}],
                    "aliases": [
                        {"alias": alias, "version": version} for alias, version in entry.aliases
                    ],
                }
                for (name,), entry in poll.models.items()
            ]
        }
    if poll.versions is not None:
        yield {
            "model_versions": [
                {
                    "name": name,
                    "version": version,
                    "creation_timestamp": moment(entry.made),
                    "status": entry.value,
                    "run_id": entry.run,
                }
                for (name, version), entry in poll.versions.items()
            ]
        }
    if poll.trainers is not None:
        yield {
            "runs": [
                {"info": {"run_id": run, "user_id": user}} for run, user in poll.trainers.items()
            ]
        }


def moment(hour: int | None) -> int | None:
    return None if hour is None else int(START.timestamp() * 1000) + hour * HOUR_MS


def rows(
    connection: duckdb.DuckDBPyConnection, scan: int
) -> tuple[list[Row], list[Row], list[Row]]:
    """Return what is believed after a scan, in hours."""
    hours = "date_diff('hour', $start::timestamptz, {})".format
    times = ", ".join(map(hours, ("valid_from_at", "valid_to_at", "seen_at")))
    made = hours("registered_at")
    believed = "known_from_at <= $known and coalesce(known_to_at > $known, true)"
    first, second, third = (
        [
            Row(tuple(key), tuple(value), *told)
            for key, value, *told in connection.execute(
                f"select {key}, {value}, {times} from registry.{table} where {believed}",
                {"start": START, "known": clock(scan)},
            ).fetchall()
        ]
        for table, key, value in (
            ("model", "(name,)", f"(owner, {made})"),
            ("model_version", "(name, version)", f"(status, {made}, trainer, owner)"),
            (
                "model_alias",
                "(model_node_id[len('model:mlflow:') + 1:], alias)",
                "(regexp_extract(version_node_id, '[^:]*$'),)",
            ),
        )
    )
    return first, second, third


def apart(found: Sequence[Sequence[Row]], expected: Sequence[Sequence[Row]]) -> list[Any]:
    """Return the rows that only one side has."""
    return [
        (here - there, there - here)
        for here, there in zip(map(Counter, found), map(Counter, expected), strict=True)
        if here != there
    ]


def everything(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the tables that the registry's stage makes."""
    made = [
        "lineage.node", "lineage.node_history", "lineage.edge",
        *(
            file.object
            for file in OWN
            if file.object.startswith("registry.") and file.kind in ("history", "facts")
        ),
    ]  # fmt: skip
    return {table: connection.execute(f"from {table} order by all").fetchall() for table in made}
