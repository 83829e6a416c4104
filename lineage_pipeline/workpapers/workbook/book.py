"""The workbook as bytes: the same for the same state."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Final

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.extra import require
from lineage_pipeline.workpapers.workbook.cover import cover
from lineage_pipeline.workpapers.workbook.findings import by_model, exceptions, results
from lineage_pipeline.workpapers.workbook.method import method, parameters, queries
from lineage_pipeline.workpapers.workbook.populations import populations
from lineage_pipeline.workpapers.workbook.scope import scope, sources
from lineage_pipeline.workpapers.workbook.sheets import Page
from lineage_pipeline.workpapers.workbook.styles import styles_of

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

SHEETS: Final = (
    cover, scope, sources, method, parameters, results, exceptions, populations, by_model, queries,
)  # fmt: skip


def workbook(dossier: Dossier) -> bytes:
    """Return the workbook in Excel's format.

    Raises:
        ConfigError: XlsxWriter is not installed.
    """
    xlsxwriter = require("xlsxwriter")
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties(
        {
            "title": "Controls over machine learning: working papers",
            "author": f"lineage_pipeline {dossier.release}",
            "company": line(dossier.organisation),
            "created": dossier.known_at.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        }
    )
    page = Page(book, styles_of(book), dossier)
    for add in SHEETS:
        add(page)
    book.close()
    return file.getvalue()
