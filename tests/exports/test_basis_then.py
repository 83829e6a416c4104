"""An export of the past says of each edge how it was known then, and nobody reads more in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline.questions.parts import Closure, subgraph
from lineage_pipeline.warehouse.query import open_warehouse
from tests.builders import at_hour, make_event
from tests.exports.test_openlineage import rescanned, told
from tests.workspaces import CLOCK, deliver, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace

TARGET: Final = "dataset:db:c"
LOAD: Final = {"job": "load", "type": "COMPLETE", "inputs": ["a"]}
COLUMNS: Final = {"name": "c", "columnLineage": {"x": ["a.y"]}}
EXPLICIT: Final = {"name": "c", "lineage": ["a"]}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One edge: stated alone, then with columns, then explicitly, then alone again."""
    made = published_workspace(tmp_path_factory.mktemp("basis") / "first")
    for number, output in enumerate(("c", COLUMNS, EXPLICIT, "c")):
        event = make_event(run=f"r{number}", at=1 + 2 * number, outputs=[output], **LOAD)
        deliver(made, {f"run_{number}": [event]}, CLOCK + timedelta(days=number))
    return made


@pytest.mark.parametrize(
    ("as_of", "known", "basis"),
    [
        (2, 3, "cartesian"), (4, 3, "column"), (6, 3, "explicit"), (8, 3, "cartesian"),
        (None, 3, "cartesian"), (8, 2, "explicit"), (8, 1, "column"), (2, 1, "cartesian"),
        (None, 0, "cartesian"), (None, 1, "column"),
    ],
)  # fmt: skip
def test_an_export_says_the_basis_of_its_time(
    workspace: Workspace, tmp_path: Path, as_of: int | None, known: int, basis: str
) -> None:
    time = None if as_of is None else datetime.fromisoformat(at_hour(as_of))
    asked = Closure("upstream", TARGET, as_of=time, known_at=CLOCK + timedelta(days=known))
    with open_warehouse(workspace.paths) as warehouse:
        part = subgraph(warehouse, asked)

    assert [(edge.basis, edge.valid_from_at) for edge in part.edges] == [
        (basis, datetime.fromisoformat(at_hour(1)))
    ]
    again = rescanned(part, tmp_path / "again")
    assert told(again)["edges"] == told(part)["edges"]
    assert told(again)["columns"] == told(part)["columns"]
