"""A proof of rows that somebody changed is refused by name, and says what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from lineage_pipeline.errors import ProofError
from lineage_pipeline.evidence.proving import prove
from lineage_pipeline.evidence.trail import log_of
from tests.evidence.test_tampering import calls_file, rewrite, with_value

if TYPE_CHECKING:
    from lineage_pipeline.pipeline import Workspace


@pytest.mark.parametrize(
    ("column", "value"), [("action", "DeleteObject"), ("row_salt", b"short"), ("row_salt", None)]
)
@pytest.mark.parametrize(("row", "told"), [(3, "rows 0 to 255"), (699, "rows 512 to 699")])
def test_rows_that_were_altered_are_named_by_table_batch_and_file(
    workspace: Workspace, row: int, told: str, column: str, value: object
) -> None:
    file = calls_file(workspace)
    events = pq.read_table(file, columns=["event_id"])["event_id"].to_pylist()
    log = log_of(workspace.paths)
    assert prove(workspace.paths, log, events[row].hex()).place.row == row
    rewrite(file, lambda rows: with_value(rows, row, column, value))
    with pytest.raises(ProofError) as error:
        prove(workspace.paths, log, events[row].hex())
    said = str(error.value)
    assert said.startswith("lake/bronze/audit_event, batch ")
    assert f"sealed as lake/bronze/audit_event/{file.name}: " in said
    assert said.endswith("`lineage audit verify --deep` tells what else was altered")
    assert f"{told} were changed" in said
