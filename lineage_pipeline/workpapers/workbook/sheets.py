"""A sheet that holds a table: a title, what it leaves out, a header that stays, rows, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.workbook.cells import MOST_ROWS, lines_of, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from lineage_pipeline.workpapers.dossier import Dossier
    from lineage_pipeline.workpapers.workbook.styles import Styles

A4: Final = 9
WIDE: Final = 260
"""Characters across, from which on a sheet is printed on two pages side by side."""
LINE_HEIGHT: Final = 12
HEAD_HEIGHT: Final = 26
MOST_HEIGHT: Final = 400
"""In points; a row of a sheet is no higher than 409, and what it does not show is in its cell."""
HEADER_LIMIT: Final = 100
"""How much of a name the foot of a page holds; Excel takes 255 characters for all of it."""


class Column(NamedTuple):
    """A column of a table: what it is called, how wide it is, and what fills it.

    Attributes:
        title: at its head.
        width: in characters.
        name: of the value in a row; empty: the cells are left to the auditor.
    """

    title: str
    width: int
    name: str = ""


class Page(NamedTuple):
    """What the sheets of one workbook are made with."""

    book: Workbook
    styles: Styles
    dossier: Dossier


def new_sheet(page: Page, name: str, widths: Sequence[int]) -> Worksheet:
    """Return a new sheet, set up to be printed: A4, landscape, as wide as a page, or as two."""
    sheet = page.book.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    is_wide = sum(widths) > WIDE
    sheet.fit_to_pages(2 if is_wide else 1, 0)
    if is_wide:
        sheet.repeat_columns(0)
    sheet.hide_gridlines(2)
    whose = line(page.dossier.organisation)[:HEADER_LIMIT].replace("&", "&&")
    sheet.set_footer(f"&L&8{whose}, {page.dossier.as_of:%Y-%m-%d}&C&8&A&R&8&P / &N")
    return sheet


def table_sheet(
    page: Page,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
    *,
    notes: Iterable[str] = (),
    count: int | None = None,
) -> None:
    """Add a sheet with one row for each of `rows`, as far as a sheet holds them.

    Args:
        page: the workbook.
        name: of the sheet, and its title.
        columns: from left to right.
        rows: one each.
        notes: what is to be said above.
        count: how many rows there are in all, where `rows` are not all.
    """
    sheet = new_sheet(page, name, [column.width for column in columns])
    sheet.write_string(0, 0, name, page.styles.title)
    told = [*notes]
    head = len(told) + 3
    listed = rows[: MOST_ROWS - head - 1]
    cut = _put_rows(page, sheet, head, columns, listed)
    told.append(_said(len(listed), len(rows) if count is None else count, cut))
    for place, note in enumerate(told):
        sheet.write_string(place + 1, 0, note, page.styles.note)
    put_head(page, sheet, head, columns)
    sheet.freeze_panes(head + 1, 1)
    sheet.repeat_rows(head)
    if listed:
        sheet.autofilter(head, 0, head + len(listed), len(columns) - 1)


def put_head(page: Page, sheet: Worksheet, row: int, columns: Sequence[Column]) -> None:
    """Write the head of a table."""
    sheet.set_row(row, HEAD_HEIGHT)
    for place, column in enumerate(columns):
        sheet.write_string(row, place, column.title, page.styles.head)


def put_row(
    page: Page, sheet: Worksheet, row: int, columns: Sequence[Column], values: dict[str, Any]
) -> int:
    """Write one row of a table; return how many of its cells had to be cut."""
    cut = 0
    lines = max(lines_of(values[one.name], one.width) for one in columns if one.name)
    sheet.set_row(row, min(lines * LINE_HEIGHT, MOST_HEIGHT) + 2)
    for place, column in enumerate(columns):
        if not column.name:
            sheet.write_blank(row, place, None, page.styles.box)
            continue
        value = values[column.name]
        style = page.styles.status.get(value) if isinstance(value, str) else None
        cut += put(sheet, (row, place), value, page.styles, style)
    return cut


def _put_rows(
    page: Page,
    sheet: Worksheet,
    head: int,
    columns: Sequence[Column],
    rows: Sequence[dict[str, Any]],
) -> int:
    return sum(
        put_row(page, sheet, head + 1 + place, columns, row) for place, row in enumerate(rows)
    )


def _said(listed: int, count: int, cut: int) -> str:
    """Return how much of a table a sheet holds, in words."""
    rows = f"{listed:,} of {count:,} rows"
    missing = "; the Parquet files hold all" if listed < count else ""
    cells = f"; {cut:,} cells are cut, and say so" if cut else "; no cell is cut"
    return f"{rows}{missing}{cells}. Times are in UTC."
