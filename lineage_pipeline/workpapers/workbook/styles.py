"""How cells look: few styles, and a status never by its colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT: Final = {"font_name": "Arial", "font_size": 9, "valign": "top"}
COLOURS: Final[Mapping[str, str]] = {
    "FAIL": "#F8D7DA",
    "NOT_ATTESTED": "#F8D7DA",
    "NOT_ASSESSABLE": "#FFF3CD",
    "NOT_YET": "#E2E3E5",
    "N_A": "#E2E3E5",
    "ATTESTED": "#D1ECF1",
    "PASS": "#D4EDDA",
}
"""The ground behind a status."""
INK: Final = "#1F3864"


@dataclass(frozen=True, slots=True)
class Styles:
    """The styles of one workbook."""

    title: Format
    heading: Format
    note: Format
    head: Format
    label: Format
    text: Format
    number: Format
    instant: Format
    day: Format
    box: Format
    status: Mapping[str, Format]


def styles_of(book: Workbook) -> Styles:
    """Return the styles, added to a workbook."""
    line = {"border": 1, "border_color": "#BFBFBF"}
    cell = FONT | line | {"text_wrap": True}
    return Styles(
        title=book.add_format(FONT | {"bold": True, "font_size": 16, "font_color": INK}),
        heading=book.add_format(FONT | {"bold": True, "font_size": 11, "font_color": INK}),
        note=book.add_format(FONT | {"italic": True, "font_color": "#595959"}),
        head=book.add_format(
            cell | {"bold": True, "font_color": "#FFFFFF", "bg_color": INK, "valign": "vcenter"}
        ),
        label=book.add_format(cell | {"bold": True, "bg_color": "#F2F2F2"}),
        text=book.add_format(cell),
        number=book.add_format(cell | {"num_format": "#,##0.######", "align": "right"}),
        instant=book.add_format(cell | {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"}),
        day=book.add_format(cell | {"num_format": "yyyy-mm-dd", "align": "left"}),
        box=book.add_format(cell | {"bg_color": "#FFFFE5"}),
        status={
            name: book.add_format(cell | {"bold": True, "bg_color": colour})
            for name, colour in COLOURS.items()
        },
    )
