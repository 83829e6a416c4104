"""Whatever the order, the split and the number of runs, the same events give the same tables."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.properties import model
from tests.properties.histories import dealt, histories, scattered
from tests.properties.schema_model import dataset_fields
from tests.workspaces import (
    CLOCK,
    KNOWN_TIMES,
    OCCURRENCE,
    deliver,
    differences,
    in_order,
    made_by,
    published_workspace,
    tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.pipeline import Workspace
    from tests.builders import Body
    from tests.workspaces import Row

EVERY_TIME: Final = settings(
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""A run takes about a second: a failure is reported as it was found, not made smaller."""

SEED: Final = st.integers(0, 2**32 - 1)
"""Of the shuffles: drawn one by one they would use up the data that an example may draw."""
ARRIVAL: Final = KNOWN_TIMES | OCCURRENCE
FOREVER: Final = datetime.max.replace(tzinfo=UTC)


@contextmanager
def workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as folder:
        yield published_workspace(Path(folder) / "workspace")


def told(events: Sequence[Body]) -> dict[str, list[Row]]:
    """Return the believed rows of lineage once all events were read from one file in one run."""
    with workspace() as fresh:
        deliver(fresh, {"all": events})
        return tables(fresh, "lineage", ARRIVAL, believed=True)


@settings(EVERY_TIME, max_examples=12)
@given(events=histories(), seed=SEED)
def test_order_split_and_repetition_do_not_matter(events: list[Body], seed: int) -> None:
    with workspace() as scrambled:
        deliver(scrambled, one_hand(seed, events))
        apart = differences(tables(scrambled, "lineage", ARRIVAL, believed=True), told(events))
        assert apart == {}


@settings(EVERY_TIME, max_examples=10)
@given(events=histories(), seed=SEED, count=st.integers(2, 3))
def test_what_is_believed_does_not_depend_on_the_runs(
    events: list[Body], seed: int, count: int
) -> None:
    with workspace() as dated:
        for number, files in enumerate(hands(seed, events, count)):
            deliver(dated, files, CLOCK + timedelta(days=number))
        apart = differences(tables(dated, "lineage", ARRIVAL, believed=True), told(events))
        assert apart == {}


@settings(EVERY_TIME, max_examples=6)
@given(events=histories(), seed=SEED, count=st.integers(2, 3))
def test_rebuild_gives_the_tables_of_the_runs(events: list[Body], seed: int, count: int) -> None:
    with workspace() as dated:
        for number, files in enumerate(hands(seed, events, count)):
            deliver(dated, files, CLOCK + timedelta(days=number))
        grown = tables(dated, "lineage") | tables(dated, "quality")
        pipeline.publish_warehouse(dated, from_nothing=True)
        apart = differences(tables(dated, "lineage") | tables(dated, "quality"), grown)
        assert apart == {}


@settings(EVERY_TIME, max_examples=6)
@given(events=histories(), seed=SEED, count=st.integers(2, 3))
def test_known_time_replays_what_each_run_believed(
    events: list[Body], seed: int, count: int
) -> None:
    believed: dict[int, dict[str, list[Row]]] = {}
    today = {"run_count", "last_run_id"}
    with workspace() as dated:
        for number, files in enumerate(hands(seed, events, count)):
            deliver(dated, files, CLOCK + timedelta(days=number))
            then = tables(dated, "lineage", KNOWN_TIMES | today, believed=True)
            believed[number] = {name: then[name] for name in histories_of_lineage()}
        for number, then in believed.items():
            apart = differences(known_at(dated, number, today), then)
            assert apart == {}


@settings(EVERY_TIME, max_examples=6)
@given(events=histories(), seed=SEED, count=st.integers(2, 3))
def test_when_datasets_were_used_follows_what_is_told_of_their_runs(
    events: list[Body], seed: int, count: int
) -> None:
    with workspace() as dated:
        for number, files in enumerate(hands(seed, events, count)):
            deliver(dated, files, CLOCK + timedelta(days=number))
            with open_warehouse(dated.paths) as warehouse:
                kept = warehouse.query(
                    "select dataset_node_id, made_at, written_at, used_at from silver.dataset_use"
                ).rows
                told_rows = warehouse.query(
                    "select io.dataset_node_id, io.direction, coalesce(run.ended_at, started_at) "
                    "from lineage.run_io as io inner join lineage.run as run using (run_id)"
                ).rows
            used: dict[str, list[datetime]] = {}
            written: dict[str, list[datetime]] = {}
            for node, direction, at in told_rows:
                if at is not None:
                    used.setdefault(node, []).append(at)
                    written.setdefault(node, []).extend([at] if direction == "output" else [])
            expected = {
                (
                    node,
                    min(written[node], default=None),
                    max(written[node], default=None),
                    max(all_),
                )
                for node, all_ in used.items()
            }
            assert len(kept) == len(expected)
            assert {*kept} == expected


def one_hand(seed: int, events: Sequence[Body]) -> dict[str, list[Body]]:
    """Return the files of one run that has all events, in any order, some of them twice."""
    return scattered(Random(seed), events, "part")  # noqa: S311 - the same order every time


def hands(seed: int, events: Sequence[Body], count: int) -> list[dict[str, list[Body]]]:
    """Return the files of each of `count` runs, in any order, with some events in two of them."""
    random = Random(seed)  # noqa: S311 - the same order every time
    dealt_out = dealt(random, events, count)
    return [scattered(random, hand, str(number)) for number, hand in enumerate(dealt_out)]


def histories_of_lineage() -> list[str]:
    made = [file.object for file in made_by("history")]
    return [name for name in made if name.startswith("lineage.")]


def known_at(dated: Workspace, number: int, leave_out: set[str]) -> dict[str, list[Row]]:
    """Return what the histories held as of the run `number`, by their known times."""
    clock = CLOCK + timedelta(days=number)
    return {
        name: in_order([row[:-2] for row in rows if row[-2] <= clock < (row[-1] or FOREVER)])
        for name, rows in tables(dated, "lineage", leave_out).items()
        if name in histories_of_lineage()
    }


@settings(EVERY_TIME, max_examples=18)
@given(events=histories(with_models=False))
def test_tables_agree_with_a_naive_reading_of_the_rules(events: list[Body]) -> None:
    found = told(events)
    expected = {
        "lineage.run": model.runs(events),
        "lineage.run_io": model.run_ios(events),
        "lineage.edge": model.edges(events),
        "lineage.dataset_field": dataset_fields(events),
        "lineage.edge_basis": model.edge_bases(events),
        "lineage.ownership": model.ownerships(events),
        "lineage.dataset_version": model.dataset_versions(events),
        "lineage.run_input": model.run_inputs(events),
        "lineage.dropped": model.drops(events),
    }
    by_whom = found["lineage.dropped"]
    found["lineage.dropped"] = [(node, *spell) for node, _, _, *spell in by_whom]
    apart = differences({name: found[name] for name in expected}, expected)
    assert apart == {}
