"""Made graphs: the warehouse holds them, and every engine gives the answer of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import pytest

from benchmarks.graph.__main__ import _numbers, _ours, _sql
from benchmarks.graph.shapes import SHAPES
from benchmarks.graph.store import make_warehouse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["large", "marquez", "ladder"])
def test_engines_answer_as_networkx_does(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name](4_000)
    make_warehouse(tmp_path / "store", shape)
    graph = nx.DiGraph(zip(shape.source.tolist(), shape.target.tolist(), strict=True))
    expected = (
        nx.ancestors(graph, shape.asked) | {shape.asked},
        nx.descendants(graph, 0) | {0},
    )
    for engine in (_ours, _sql):
        answers = [_numbers(ask()) for ask in engine(tmp_path / "store", shape)]
        assert [set(answer.tolist()) for answer in answers] == [*expected]
        assert [len(answer) for answer in answers] == [*map(len, expected)]
