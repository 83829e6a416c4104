"""One value in one cell: texts stay texts, instants are dates, and what is cut says so.

Limits: Excel specifications and limits, https://support.microsoft.com/office/1672b34d: 1,048,576
rows a sheet and 32,767 characters a cell, which Excel counts in UTF-16; no dates before 1900.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.workpapers.characters import legible

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from lineage_pipeline.workpapers.workbook.styles import Styles

MOST_ROWS: Final = 1_048_576
MOST_CHARACTERS: Final = 32_767
MOST_EXACT: Final = 1 << 53
"""Whole numbers beyond it are not exact in a spreadsheet."""
_FILL: Final = 1.1
"""Characters of our font that stand where a column counts one, less what broken words leave."""
FIRST_YEAR: Final = 1900
_CUT: Final = " … [cut here; {count:,} characters in all, whole in the Parquet files]"


def put(
    sheet: Worksheet,
    cell: tuple[int, int],
    value: Any,
    styles: Styles,
    style: Format | None = None,
) -> bool:
    """Write a value into a cell; return whether it had to be cut.

    Args:
        sheet: where.
        cell: its row and column, each from 0.
        value: what.
        styles: those of the workbook.
        style: how a text looks, if not as others.
    """
    if value is None:
        sheet.write_blank(*cell, None, style or styles.text)
        return False
    if isinstance(value, bool):
        sheet.write_string(*cell, "yes" if value else "no", style or styles.text)
        return False
    if _is_number(value):
        sheet.write_number(*cell, value, style or styles.number)
        return False
    if isinstance(value, date) and value.year > FIRST_YEAR:
        _put_date(sheet, cell, value, styles)
        return False
    text, is_cut = fitting(_text(value))
    sheet.write_string(*cell, text, style or styles.text)
    return is_cut


def fitting(text: str) -> tuple[str, bool]:
    """Return as much of a text as a cell holds, legible, and whether something is left out."""
    told = legible(text)
    if _units(told) <= MOST_CHARACTERS:
        return told, False
    mark = _CUT.format(count=len(text))
    room = 2 * (MOST_CHARACTERS - _units(mark))
    return told.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + mark, True


def lines_of(value: Any, width: int) -> int:
    """Return how many lines a value takes in a cell so many characters wide."""
    if not isinstance(value, str | list | tuple):
        return 1
    return sum(max(1, math.ceil(len(one) / (width * _FILL))) for one in _text(value).split("\n"))


def _put_date(sheet: Worksheet, cell: tuple[int, int], value: date, styles: Styles) -> None:
    if isinstance(value, datetime):
        plain = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        sheet.write_datetime(*cell, plain, styles.instant)
    else:
        sheet.write_datetime(*cell, value, styles.day)


def _is_number(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= MOST_EXACT
    return isinstance(value, float) and math.isfinite(value)


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(map(_text, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
