"""The workbook: read back by another library, it says what the tables say, and nothing runs."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import openpyxl
import polars as pl
import pytest

from lineage_pipeline.workpapers.characters import legible
from lineage_pipeline.workpapers.dossier import dossier
from lineage_pipeline.workpapers.workbook import populations, sheets
from lineage_pipeline.workpapers.workbook.book import workbook
from lineage_pipeline.workpapers.workbook.cells import MOST_CHARACTERS, fitting
from tests.workpapers.dossiers import (
    MEMBER,
    dossier_of,
    exception,
    member,
    of_every_status,
    status,
)
from tests.workpapers.hostile import ALL, LONG

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from lineage_pipeline.workpapers.dossier import Dossier
    from tests.conftest import Demo

SHEETS: Final = [
    "Cover", "Scope", "Sources", "Method", "Parameters", "Results", "Exceptions", "Populations",
    "Members", "By model", "Queries",
]  # fmt: skip


def opened(found: Dossier) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook(found)))


def rows(sheet: Worksheet, first: str = "Control") -> list[dict[str, Any]]:
    """Return the rows of the table whose head begins with a word."""
    told = list(sheet.iter_rows(values_only=True))
    [place] = [number for number, row in enumerate(told) if row[0] == first]
    return [dict(zip(told[place], row, strict=True)) for row in told[place + 1 :]]


def texts(sheet: Worksheet) -> str:
    return "\n".join(
        str(value)
        for row in sheet.iter_rows(values_only=True)
        for value in row
        if value is not None
    )


def test_the_sheets_stand_in_the_order_in_which_auditors_read_them() -> None:
    assert opened(of_every_status()).sheetnames == SHEETS


def test_the_cover_says_of_which_state_it_is_and_leaves_the_signatures_to_people() -> None:
    sheet = opened(of_every_status())["Cover"]
    told = texts(sheet)
    for part in ("lender", "as published", "lineage/lender", "c" * 64, "d" * 64, "2026-05-01"):
        assert part in told
    for name in ("Prepared by", "Reviewed by"):
        [row] = [row for row in sheet.iter_rows(values_only=True) if row[0] == name]
        assert row[1:] == (None,) * 4


def test_results_are_the_statuses_with_room_for_a_conclusion() -> None:
    found = of_every_status()
    told = rows(opened(found)["Results"])
    assert [(row["Control"], row["Status"]) for row in told] == list(
        found.assessment.control_status.select("control_id", "status").iter_rows()
    )
    assert {row["Auditor's conclusion"] for row in told} == {None}


def test_exceptions_say_their_age_owner_due_date_and_waiver() -> None:
    told = {row["Member"]: row for row in rows(opened(of_every_status())["Exceptions"])}
    owned, waived = told["owned"], told["waived"]
    assert (owned["Age, days"], owned["Owner"], owned["Overdue"]) == (31, "ada", "yes")
    assert owned["Due"] == datetime(2026, 5, 15)  # noqa: DTZ001 - cells have no zone; they say UTC
    assert (waived["Waived now"], waived["Waived by"]) == ("yes", "eve")
    assert told["not due"]["Counts already"] == "no"
    assert {row["Auditor's conclusion"] for row in told.values()} == {None}


def test_populations_say_what_was_tested_listed_and_asked_again() -> None:
    row = rows(opened(of_every_status())["Populations"])[2]
    assert (row["Members"], row["Tested"], row["Rows in the tables"]) == (3, 3, 2)
    assert (row["Rows in sheet Members"], row["Persons counted alone"]) == (2, 1)
    assert row["Asked again: the same"] == "yes"


def test_parameters_say_who_set_them() -> None:
    row = rows(opened(of_every_status())["Parameters"])[0]
    assert (row["Value"], row["Set by"], row["Shipped"]) == (7, "house", 30)
    assert row["Other than shipped"] == "yes"


def test_tables_have_a_head_that_stays_a_filter_and_a_page_set_up() -> None:
    book = opened(of_every_status())
    for name in ("Results", "Exceptions", "Populations", "Members", "Queries"):
        sheet = book[name]
        head = next(cell.row for cell in sheet["A"] if cell.value == "Control")
        assert sheet.freeze_panes == f"B{head + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{head}:")
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0


def test_dates_are_dates_and_those_that_a_sheet_cannot_hold_are_texts() -> None:
    times = [datetime(1850, 1, 1, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC), None]
    found = dossier_of(
        [status("X01", "FAIL", applies_from=date(2027, 1, 2))],
        [exception("X01", str(number), since_at=at) for number, at in enumerate(times)],
    )
    book = opened(found)
    since = [row["Since"] for row in rows(book["Exceptions"])]
    assert since == ["1850-01-01T00:00:00+00:00", datetime(2026, 5, 1, 12), None]  # noqa: DTZ001
    assert rows(book["Results"])[0]["Holds from"] == datetime(2027, 1, 2)  # noqa: DTZ001


def test_no_text_becomes_a_formula_a_link_or_a_broken_file() -> None:
    found = dossier_of(
        [status("X01", "FAIL", reason=ALL[0])],
        [exception("X01", text, finding=text, owner_id=text, evidence=[text]) for text in ALL],
        [member("X01", text, missing=text) for text in ALL],
        organisation=ALL[0],
    )
    data = workbook(found)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        assert all(cell.hyperlink is None for cell in cells)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            assert ET.fromstring(parts.read(name)) is not None  # noqa: S314 - our own file
            assert b"<f>" not in parts.read(name)
    shown = [row["Member"] for row in rows(book["Exceptions"])]
    # openpyxl reads an empty text as none.
    assert [text or "" for text in shown] == [fitting(text)[0] for text in ALL]


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:4]))
def test_a_text_that_a_cell_cannot_hold_is_cut_and_says_so(text: str) -> None:
    told, is_cut = fitting(text)
    assert len(told.encode("utf-16-le")) // 2 <= MOST_CHARACTERS or not is_cut
    if is_cut:
        assert f"{len(text):,} characters in all" in told
    else:
        assert told == legible(text)


def test_a_sheet_says_how_many_cells_are_cut() -> None:
    found = dossier_of([status("X01", "FAIL")], [exception("X01", "a", finding="x" * 40_000)])
    assert "1 of 1 rows; 1 cells are cut, and say so" in texts(opened(found)["Exceptions"])


def test_rows_beyond_what_a_sheet_holds_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    found = dossier_of([status("X01", "FAIL")], [exception("X01", str(n)) for n in range(20)])
    sheet = opened(found)["Exceptions"]
    listed = rows(sheet)
    assert sheet.max_row == 10
    assert f"{len(listed)} of 20 rows; the Parquet files hold all" in texts(sheet)


def test_members_beyond_the_bound_are_counted_and_exceptions_come_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    members = [member("X01", str(n)) for n in range(9)] + [member("X01", "bad", finding="missing")]
    shown = populations.shown_members(pl.DataFrame(members, MEMBER), 3)
    assert shown["object_id"].to_list() == ["0", "1", "bad"]
    cut = populations.shown_members
    monkeypatch.setattr(populations, "shown_members", lambda rows: cut(rows, 3))
    book = opened(dossier_of([status("X01", "FAIL")], [], members))
    assert "3 of 10 rows; the Parquet files hold all" in texts(book["Members"])
    assert rows(book["Populations"])[0]["Rows in sheet Members"] == 3


def test_an_ampersand_in_a_name_does_not_steer_the_foot_of_a_page() -> None:
    found = dossier_of([status("X01")], organisation="a&Ab" * 60)
    foot = opened(found)["Results"].oddFooter
    assert foot.center.text == "&A"
    assert len(str(foot.left.text)) < 255


def test_the_workbook_of_the_story_holds_every_control_exception_and_member(demo: Demo) -> None:
    found = dossier(demo.workspace.paths)
    book = opened(found)
    assert len(rows(book["Results"])) == found.assessment.control_status.height
    assert len(rows(book["Exceptions"])) == found.assessment.exception.height
    assert len(rows(book["Members"])) == found.member.height
    assert {row["Asked again: the same"] for row in rows(book["Populations"])} == {"yes"}


def test_the_same_state_gives_the_same_workbook() -> None:
    assert workbook(of_every_status()) == workbook(of_every_status())
