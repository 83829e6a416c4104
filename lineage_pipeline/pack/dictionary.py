"""What each column of the pack's rows means, as the warehouse describes it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from lineage_pipeline.pack.rowsets import ROW_SETS
from lineage_pipeline.warehouse.sqlfiles import question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.pack.held import Held
    from lineage_pipeline.warehouse.query import Warehouse

FILE: Final = "columns.csv"
HEAD: Final = ("rows", "column", "from", "meaning")


def put_dictionary(held: Held, warehouse: Warehouse) -> None:
    """Hold a row per column of each file of rows, in their order: where it is from, what it means.

    A column of an answer is described as the first table has it that the question reads and that
    describes one of this name; nobody describes the others.
    """
    meant = {(table, column): text for table, column, text in warehouse.ask("pack_column").rows}
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEAD)
    for of in ROW_SETS:
        tables: Sequence[str] = (of.table,) if of.table else question(of.question).sources
        for column in held.columns(of.path):
            source = next((table for table in tables if (table, column) in meant), "")
            lines.writerow((of.path, column, source, meant.get((source, column), "")))
    held.put(FILE, text.getvalue(), "what each column of the rows means")
