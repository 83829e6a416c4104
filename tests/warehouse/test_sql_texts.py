"""SQL is read once for each text and what it is read with, and its text goes no further."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.inference import infer as inference
from lineage_pipeline.warehouse.query import open_warehouse
from lineage_pipeline.warehouse.sql_texts import top_level
from tests.builders import make_event
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.inference.datasets import Dataset
    from tests.builders import Body

QUERY = "insert into c (p) select x from a where name = 'Eve Example'"


def night(number: int, query: str = QUERY, **fields: str) -> Body:
    """Return the run of one night, which says what it read."""
    return make_event(
        run=f"r{number}",
        type="COMPLETE",
        at=number,
        inputs=[{"name": "a", "schema": fields} if fields else "a", "b"],
        outputs=["c"],
        job_facets={"sql": query},
    )


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Dataset]]]:
    """Return the texts that are read from now on, with what they are read with."""
    texts: list[tuple[str, Sequence[Dataset]]] = []
    infer = inference.infer

    def counted(text: str, dialect: str, datasets: Sequence[Dataset]) -> Any:
        texts.append((text, datasets))
        return infer(text, dialect, datasets)

    monkeypatch.setattr(inference, "infer", counted)
    return texts


def test_a_text_is_read_once_for_all_nights(
    tmp_path: Path, read: list[tuple[str, Sequence[Dataset]]]
) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    deliver(workspace, {"one": [night(1), night(2)]})
    assert [text for text, _ in read] == [QUERY]
    deliver(workspace, {"two": [night(3), night(4)]}, CLOCK + timedelta(days=1))
    assert len(read) == 1
    with open_warehouse(workspace.paths) as warehouse:
        edges = warehouse.query("select basis, run_count from lineage.edge").rows
    assert edges == [("inferred", 4)]


def test_another_schema_or_another_text_is_read_again(
    tmp_path: Path, read: list[tuple[str, Sequence[Dataset]]]
) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    deliver(workspace, {"one": [night(1)]})
    deliver(workspace, {"two": [night(2, x="int")]}, CLOCK + timedelta(days=1))
    deliver(workspace, {"three": [night(3, "select 1", x="int")]}, CLOCK + timedelta(days=2))
    assert [(text, datasets[-2].fields) for text, datasets in read] == [
        (QUERY, None), (QUERY, ("x",)), ("select 1", ("x",)),
    ]  # fmt: skip


def test_the_text_is_not_in_the_warehouse(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    deliver(workspace, {"one": [night(1), night(2, f"{QUERY} and")]})
    with open_warehouse(workspace.paths) as warehouse:
        tables = warehouse.query(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).rows
        for (table,) in tables:
            found = warehouse.query(
                f"select count(*) from {table} as t where t::varchar like '%Eve Example%'"
            )
            assert found.rows == [(0,)], table
        assert warehouse.query("select reason_code from quality.sql_remark").rows


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["a", "b", "b.c", "b.c.d"], ("a", "b")),
        (["geo.lat", "geo.lon"], ("geo.lat", "geo.lon")),
        (["a.b", "a.b.c", "a"], ("a",)),
        ([], ()),
    ],
)
def test_fields_that_are_part_of_others_are_no_columns(
    paths: list[str], expected: tuple[str, ...]
) -> None:
    assert top_level(paths) == expected
