"""A sheet of several small tables, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lineage_pipeline.workpapers.workbook.sheets import Column, new_sheet, put_head, put_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.workpapers.workbook.sheets import Page


class Section(NamedTuple):
    """A small table.

    Attributes:
        title: above it.
        columns: from left to right.
        rows: one each.
        notes: what is to be said between the title and the table.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[dict[str, Any]]
    notes: Sequence[str] = ()


def section_sheet(page: Page, name: str, sections: Sequence[Section]) -> None:
    """Add a sheet; of each column the widest of all tables counts."""
    most = max(len(section.columns) for section in sections)
    widths = [
        max(section.columns[place].width for section in sections if place < len(section.columns))
        for place in range(most)
    ]
    sheet = new_sheet(page, name, widths)
    sheet.write_string(0, 0, name, page.styles.title)
    row = 2
    for section in sections:
        sheet.write_string(row, 0, section.title, page.styles.heading)
        for note in section.notes:
            row += 1
            sheet.write_string(row, 0, note, page.styles.note)
        row += 1
        put_head(page, sheet, row, section.columns)
        for values in section.rows:
            row += 1
            put_row(page, sheet, row, section.columns, values)
        row += 2
    sheet.freeze_panes(1, 0)
