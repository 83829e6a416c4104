"""The sheet Cover: of whom, of which state, from what evidence, and who signs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.dossier import CAVEAT, HANDLING
from lineage_pipeline.workpapers.workbook.cells import put
from lineage_pipeline.workpapers.workbook.sheets import Page, new_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsxwriter.worksheet import Worksheet

    from lineage_pipeline.workpapers.dossier import Dossier

SIGNATURES: Final = ("Prepared by", "Reviewed by", "Second review")
SIGN_OFF: Final = ("", "Name", "Role", "Date", "Signature or initials")
_WIDTHS: Final = (30, 34, 26, 20, 40)


def cover(page: Page) -> None:
    """Add the sheet."""
    sheet = new_sheet(page, "Cover", _WIDTHS)
    sheet.write_string(0, 0, "Controls over machine learning: working papers", page.styles.title)
    row = 2
    for label, value in facts(page.dossier):
        sheet.write_string(row, 0, label, page.styles.label)
        _wide(page, sheet, row, value)
        row += 1
    row += 1
    for note, height in ((CAVEAT, 40), (HANDLING, 40)):
        sheet.set_row(row, height)
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, note, page.styles.text)
        row += 1
    _sign_off(page, sheet, row + 1)


def facts(dossier: Dossier) -> Iterator[tuple[str, Any]]:
    """Yield what papers are of and rest on, each with its label."""
    sealed = dossier.sealed
    yield "Organisation (workspace)", dossier.organisation
    yield "Scope", dossier.scope
    yield "Frameworks", dossier.asked or "all that are on"
    yield (
        "State",
        "as published" if dossier.is_published else "judged anew over what is published",
    )
    yield "As of (UTC)", dossier.as_of
    yield "By what was known at (UTC)", dossier.known_at
    for label, count in dossier.counts.items():
        yield f"Controls, {label}", count
    yield "Exceptions", dossier.assessment.exception.height
    yield "Log", sealed.name if sealed else "there is no log"
    yield "Checkpoint, entries", sealed.size if sealed else None
    yield "Checkpoint, root (SHA-256)", sealed.root if sealed else None
    yield "Built with (SHA-256 of settings and SQL)", dossier.built_with_sha256
    yield "Catalogue of controls, true on", dossier.catalogue_version
    yield "Written by", f"lineage_pipeline {dossier.release}, a program; no person has reviewed it"


def _wide(page: Page, sheet: Worksheet, row: int, value: object) -> None:
    """Write a value over all columns but the first."""
    last = len(_WIDTHS) - 1
    sheet.merge_range(row, 1, row, last, "", page.styles.text)
    put(sheet, (row, 1), value, page.styles, page.styles.text)


def _sign_off(page: Page, sheet: Worksheet, row: int) -> None:
    """Write the boxes in which people sign; a program fills none of them."""
    sheet.write_string(row, 0, "Sign-off", page.styles.heading)
    for place, title in enumerate(SIGN_OFF):
        sheet.write_string(row + 1, place, title, page.styles.head)
    for below, name in enumerate(SIGNATURES, start=row + 2):
        sheet.set_row(below, 28)
        sheet.write_string(below, 0, name, page.styles.label)
        for place in range(1, len(SIGN_OFF)):
            sheet.write_blank(below, place, None, page.styles.box)
