"""The sheets Results, By model and Exceptions, with room for the auditor's own conclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.workbook.sheets import Column, table_sheet

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.workbook.sheets import Page

RESULT: Final = (
    Column("Control", 9, "control_id"), Column("Status", 17, "status"),
    Column("Title", 34, "title"), Column("Clauses", 34, "clause"), Column("Reason", 38, "reason"),
    Column("Readiness", 17, "readiness"), Column("Population", 11, "population"),
    Column("Tested", 9, "tested"), Column("Exceptions", 11, "exception_count"),
    Column("Waived", 8, "waived_count"), Column("Blocks", 8, "is_blocking"),
    Column("Automation", 12, "automation"), Column("Holds from", 11, "applies_from"),
    Column("What must be told", 34, "deliver"), Column("What it cannot show", 30, "limits"),
    Column("Auditor's conclusion", 26), Column("By, on", 16), Column("Reference", 14),
)  # fmt: skip
MODEL: Final = (
    Column("Control", 9, "control_id"), Column("Model", 44, "scope"),
    Column("Status", 17, "status"), Column("Readiness", 17, "readiness"),
    Column("Reason", 44, "reason"), Column("Population", 11, "population"),
    Column("Tested", 9, "tested"),
    Column("Exceptions", 11, "exception_count"), Column("Waived", 8, "waived_count"),
)  # fmt: skip
EXCEPTION: Final = (
    Column("Control", 9, "control_id"), Column("Title", 24, "title"),
    Column("Member", 44, "object_id"), Column("Finding", 44, "finding"),
    Column("Stands for", 10, "members"), Column("Since", 18, "since_at"),
    Column("Age, days", 9, "age_days"), Column("Counts already", 9, "is_due"),
    Column("Owner", 20, "owner_id"), Column("Due", 18, "due_at"),
    Column("Overdue", 9, "is_overdue"), Column("Waived now", 9, "is_waived"),
    Column("Waived by", 20, "waived_by"), Column("Why waived", 30, "waiver_reason"),
    Column("Waived until", 18, "waived_until_at"), Column("About", 30, "scope"),
    Column("Evidence", 34, "evidence"), Column("Auditor's conclusion", 26), Column("By, on", 16),
    Column("Reference", 14),
)  # fmt: skip


def results(page: Page) -> None:
    """Add the sheet Results: one row per control that is on."""
    table_sheet(page, "Results", RESULT, page.dossier.titled.rows(named=True), notes=(CAVEAT,))


def by_model(page: Page) -> None:
    """Add the sheet By model: one row per control and model that it speaks of."""
    rows = page.dossier.by_model.rows(named=True)
    table_sheet(
        page, "By model", MODEL, rows,
        notes=("Of each model alone; what is about no model stands in Results.",),
    )  # fmt: skip


def exceptions(page: Page) -> None:
    """Add the sheet Exceptions: one row per exception, waived ones as well."""
    table_sheet(
        page, "Exceptions", EXCEPTION, _aged(page),
        notes=("A waived exception stays one. What does not count yet does not hold yet.",),
    )  # fmt: skip


def _aged(page: Page) -> list[dict[str, Any]]:
    """Return the exceptions with the title of their control, and whether they are overdue."""
    found = page.dossier.assessment
    titles = found.control.select("control_id", "title")
    is_overdue = (pl.col("due_at") <= page.dossier.as_of).alias("is_overdue")
    aged = found.exception.join(titles, on="control_id", how="left", maintain_order="left")
    return aged.with_columns(is_overdue).rows(named=True)
