"""Which occurrence of an audit event is kept depends on what was read, not on how it came in."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lineage_pipeline import inventory, pipeline
from lineage_pipeline.lake.compaction import compact
from lineage_pipeline.lake.merge import Rules
from tests.audit_rows import FOLDER, RECORD_BYTES, commit_rows, digest
from tests.workspaces import CLOCK, in_order, published_workspace, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.pipeline import Workspace
    from tests.audit_rows import Short
    from tests.workspaces import Row

EVERY_TIME: Final = settings(
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
AT_ONCE: Final = Rules(fresh_days=0, worthwhile_rows=1)
MONTHS: Final = ("2025-11-30T23:00:00Z", "2026-01-01T00:00:00Z", "2026-02-03T04:05:06Z", None)

Batch = tuple[datetime, str, list["Short"]]


@st.composite
def batches(draw: st.DrawFn) -> list[Batch]:
    """Return batches of three clocks; two may share one. Few identifiers, so that many repeat."""
    rows = st.fixed_dictionaries(
        {
            "id": st.sampled_from(("e1", "e2", "e3", "e4")),
            "content": st.sampled_from(("x", "x", "y")),
            "file": st.sampled_from(("a", "b")),
            "interim": st.sampled_from((False, False, False, True)),
        }
    )
    days = draw(st.lists(st.integers(0, 2), min_size=2, max_size=4))
    found = []
    for number, day in enumerate(days):
        # The clock of a batch and the number of its files tell its occurrences apart.
        shorts = [
            row | {"file": f"{number} {row['file']}"}
            for row in draw(st.lists(rows, min_size=1, max_size=6))
        ]
        found.append((CLOCK + timedelta(days=day), str(number), [dated(row) for row in shorts]))
    return found


def dated(row: Short) -> Short:
    """Return the row with a time that its identifier and content decide."""
    seed = digest(row["id"] + row["content"])[0]
    return row | {"at": MONTHS[seed % len(MONTHS)], "content": f"{row['content']} {row['interim']}"}


@contextmanager
def workspace() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as folder:
        yield published_workspace(Path(folder) / "workspace")


def commit(fresh: Workspace, batch: Batch) -> None:
    clock, name, rows = batch
    commit_rows(fresh.paths, rows, clock, name)


def state(of: Workspace) -> dict[str, list[Row]]:
    return tables(of, "audit") | tables(of, "quality")


def occurrences(found: list[Batch]) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Return the occurrences of each (identifier, content), the kept one first."""
    by_content: defaultdict[tuple[str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for clock, _, rows in found:
        places: defaultdict[str, int] = defaultdict(int)
        for row in rows:
            offset = places[row["file"]] * RECORD_BYTES
            places[row["file"]] += 1
            place = (clock, f"{FOLDER}/{row['file']}.json", offset, row["interim"])
            by_content[row["id"], row["content"]].append(place)
    return {key: sorted(places) for key, places in by_content.items()}


@settings(EVERY_TIME, max_examples=15)
@given(found=batches(), seed=st.integers(0, 2**32 - 1))
def test_duplicates_agree_with_a_naive_model_in_any_order(found: list[Batch], seed: int) -> None:
    expected = occurrences(found)
    shuffled = Random(seed).sample(found, len(found))  # noqa: S311 - the same order every time
    with workspace() as fresh:
        for batch in shuffled:
            commit(fresh, batch)
        pipeline.publish_warehouse(fresh)
        tables_found = tables(fresh, "audit")
        assert [row[1:5] + row[-2:] for row in tables_found["audit.duplicate"]] == in_order(
            left_out(expected)
        )
        assert kept(tables_found["audit.event"]) == sorted(
            (digest(key[0]).hex(), digest(key[1]).hex(), *places[0][1:3])
            for key, places in expected.items()
            if not places[0][3]
        )
        assert all(check.is_passed for check in inventory.run_checks(fresh.paths))


def left_out(expected: dict[tuple[str, str], list[tuple[Any, ...]]]) -> list[Row]:
    return [
        (file, offset, clock, digest(key[0]).hex(), *places[0][1:3])
        for key, places in expected.items()
        for clock, file, offset, _ in places[1:]
    ]


def kept(rows: list[Row]) -> list[Row]:
    """Return identifier, content, file and offset of rows of audit.event."""
    return sorted((row[0], row[1], row[-7], row[-6]) for row in rows)


@settings(EVERY_TIME, max_examples=8)
@given(found=batches(), seed=st.integers(0, 2**32 - 1))
def test_publications_compactions_and_rebuilds_give_the_same_tables(
    found: list[Batch], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - the same order every time
    shuffled = random.sample(found, len(found))
    with workspace() as together, workspace() as one_by_one:
        for batch in shuffled:
            commit(together, batch)
        pipeline.publish_warehouse(together)
        expected = state(together)
        for batch in random.sample(found, len(found)):
            commit(one_by_one, batch)
            pipeline.publish_warehouse(one_by_one)
            if random.random() < 0.5:
                compact(one_by_one.paths, CLOCK + timedelta(days=3), AT_ONCE)
        pipeline.publish_warehouse(one_by_one)
        assert state(one_by_one) == expected
        pipeline.publish_warehouse(one_by_one, from_nothing=True)
        assert state(one_by_one) == expected
