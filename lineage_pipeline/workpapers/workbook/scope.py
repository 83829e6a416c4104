"""The sheets Scope and Sources: which frameworks and controls are on, and what was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.workpapers.workbook.sections import Section, section_sheet
from lineage_pipeline.workpapers.workbook.sheets import Column, table_sheet

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.workbook.sheets import Page

FRAMEWORK: Final = (
    Column("Framework", 16, "framework"), Column("Title", 34, "title"), Column("Kind", 10, "kind"),
    Column("Source", 44, "source"), Column("Note", 60, "note"),
)  # fmt: skip
CONTROL: Final = (
    Column("Control", 16, "control_id"), Column("Title", 34, "title"), Column("On", 10, "is_on"),
    Column("Clauses", 44, "clause"), Column("Requirement", 60, "requirement"),
    Column("Blocks", 8, "is_blocking"), Column("Holds from", 12, "applies_from"),
)  # fmt: skip
SOURCE: Final = (
    Column("Source", 22, "source"), Column("Files", 10, "file_count"),
    Column("Records", 12, "record_count"), Column("Accepted", 12, "event_count"),
    Column("Known before", 12, "duplicate_count"), Column("Set aside", 10, "quarantined_count"),
    Column("Gone since", 10, "gone_count"), Column("First event", 19, "first_event_at"),
    Column("Last event", 19, "last_event_at"), Column("Last read", 19, "last_ingested_at"),
)  # fmt: skip


def scope(page: Page) -> None:
    """Add the sheet Scope."""
    dossier = page.dossier
    controls = dossier.assessment.control.rows(named=True)
    section_sheet(
        page,
        "Scope",
        [
            Section("Frameworks", FRAMEWORK, dossier.framework.rows(named=True)),
            Section("Controls, on and off", CONTROL, controls),
        ],
    )


def sources(page: Page) -> None:
    """Add the sheet Sources: one row per landing folder that was read by then."""
    table_sheet(
        page, "Sources", SOURCE, page.dossier.source.rows(named=True),
        notes=(
            f"{page.dossier.coverage}.",
            "That a source sent all that it has is known only where it states totals: control L06.",
        ),
    )  # fmt: skip
