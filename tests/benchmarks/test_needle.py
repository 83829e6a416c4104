"""Needle questions: every layout gives the answer that plain counting gives."""

from collections import Counter
from pathlib import Path

import duckdb

from benchmarks.generate import generate
from benchmarks.generators.needle import actor_name, resource_name
from benchmarks.needle.store import engine


def test_layouts_answer_alike(tmp_path: Path) -> None:
    generate("needle", tmp_path / "months", total=72_000)
    files = sorted(str(file) for file in (tmp_path / "months").iterdir())
    rows = duckdb.read_parquet(files).project("actor_id, resource_id, action, outcome").fetchall()
    for name in ("sorted", "unsorted"):
        engine(name).load(files, tmp_path / name)
        reader = engine(name).connect(files, tmp_path / name)

        for rank in (0, 50, 5_000):
            mine = Counter((a, o) for actor, _, a, o in rows if actor == actor_name(rank))
            expected = sorted((*key, count) for key, count in mine.items())
            assert reader.ask("actor_id", actor_name(rank)) == expected
        some = rows[1234][1]
        theirs = Counter((a, o) for _, resource, a, o in rows if resource == some)
        assert reader.ask("resource_id", some) == sorted((*k, n) for k, n in theirs.items())
        assert reader.ask("resource_id", resource_name(99_999_999)) == []
