"""The sheets Method, Parameters and Queries: what a status says, and with what it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.dossier import CAVEAT
from lineage_pipeline.workpapers.method import AUTOMATIONS, BASES, STATUSES, STEPS, query_names
from lineage_pipeline.workpapers.workbook.sections import Section, section_sheet
from lineage_pipeline.workpapers.workbook.sheets import Column, table_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.workbook.sheets import Page

STEP: Final = (Column("Step", 18, "name"), Column("What is done", 130, "text"))
WORD: Final = (Column("Word", 18, "name"), Column("What it says", 130, "text"))
PARAMETER: Final = (
    Column("Control", 9, "control_id"), Column("Title", 44, "title"), Column("Number", 20, "name"),
    Column("Value", 10, "value"), Column("Unit", 16, "unit"), Column("Set by", 12, "basis"),
    Column("Shipped", 10, "shipped_value"), Column("Other than shipped", 12, "is_other"),
)  # fmt: skip
QUERY: Final = (
    Column("Control", 9, "control_id"), Column("Query", 52, "file"),
    Column("Automation", 14, "automation"), Column("SHA-256 of the query", 36, "query_sha256"),
    Column("SHA-256 of its answer", 36, "data_sha256"),
)  # fmt: skip


def method(page: Page) -> None:
    """Add the sheet Method."""
    numbered = [{"name": str(n), "text": text} for n, text in enumerate(STEPS, start=1)]
    section_sheet(
        page,
        "Method",
        [
            Section("What is done", STEP, numbered, (CAVEAT,)),
            Section("Statuses, in the order in which they are decided", WORD, _words(STATUSES)),
            Section("How far a query decides", WORD, _words(AUTOMATIONS)),
            Section("Who set a number", WORD, _words(BASES)),
        ],
    )


def parameters(page: Page) -> None:
    """Add the sheet Parameters: one row per number that a control measures with."""
    table_sheet(page, "Parameters", PARAMETER, _parameters(page.dossier))


def queries(page: Page) -> None:
    """Add the sheet Queries: one row per control that is on."""
    table_sheet(page, "Queries", QUERY, _queries(page.dossier))


def _words(said: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "text": text} for name, text in said.items()]


def _parameters(dossier: Dossier) -> list[dict[str, Any]]:
    titles = dossier.assessment.control.select("control_id", "title")
    numbers = dossier.assessment.control_parameter
    titled = numbers.join(titles, on="control_id", how="left", maintain_order="left")
    rows = titled.rows(named=True)
    return [row | {"is_other": row["value"] != row["shipped_value"]} for row in rows]


def _queries(dossier: Dossier) -> list[dict[str, Any]]:
    names = query_names(dossier)
    rows = dossier.assessment.control_status.rows(named=True)
    return [row | {"file": names.get(row["query_sha256"], "of another release")} for row in rows]
