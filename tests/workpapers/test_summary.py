"""The summary: a PDF whose text says what fails and what is not known, in any script."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from lineage_pipeline.workpapers.dossier import CAVEAT, dossier
from lineage_pipeline.workpapers.summary import SHOWN, summary
from tests.workpapers.dossiers import dossier_of, exception, of_every_status, status
from tests.workpapers.hostile import ALL, MARKUP

if TYPE_CHECKING:
    from lineage_pipeline.workpapers.dossier import Dossier
    from tests.conftest import Demo


def read(found: Dossier) -> PdfReader:
    return PdfReader(io.BytesIO(summary(found)))


def text_of(found: Dossier) -> str:
    """Return the text of all pages, without how it is broken into lines."""
    return squeezed("".join(page.extract_text() for page in read(found).pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_the_summary_of_the_story_is_a_few_pages_and_names_what_fails(demo: Demo) -> None:
    found = dossier(demo.workspace.paths)
    told = text_of(found)
    assert 2 <= len(read(found).pages) <= 4
    for row in found.titled.rows(named=True):
        if row["status"] in ("FAIL", "NOT_ASSESSABLE"):
            assert squeezed(f"{row['control_id']} {row['title']}") in told
    assert squeezed(CAVEAT) in told


def test_it_says_statuses_owners_waivers_and_what_is_not_ready() -> None:
    told = text_of(of_every_status())
    for part in ("FAIL", "NOT_ASSESSABLE", "N_A", "ada", "waived by eve until 2026-07-01",
                 "which stay exceptions", "2027-12-02"):  # fmt: skip
        assert squeezed(part) in told


def test_it_says_how_many_exceptions_it_leaves_to_the_workbook() -> None:
    many = [exception("X01", f"object {n}") for n in range(SHOWN + 7)]
    told = text_of(dossier_of([status("X01", "FAIL", exception_count=len(many))], many))
    assert squeezed("12 exceptions; 7 more stand in the workbook") in told


@pytest.mark.parametrize("text", ["Жанна", "Ωmega", "Łódź", "é", "ﬁn"])
def test_scripts_that_the_fonts_hold_are_shown(text: str) -> None:
    assert text in text_of(dossier_of([status("X01", reason="x")], organisation=text))


@pytest.mark.parametrize(
    ("text", "spelled"), [("王小", "[U+738B][U+5C0F]"), ("🔥", "[U+1F525]"), ("த", "[U+0BA4]")]
)
def test_characters_that_no_font_holds_are_spelled_out(text: str, spelled: str) -> None:
    told = text_of(dossier_of([status("X01")], organisation=f"a {text}"))
    assert spelled in told
    assert squeezed("Characters that the fonts of this page lack are spelled out") in told


@pytest.mark.parametrize("text", MARKUP)
def test_nothing_in_a_name_is_read_as_markup(text: str) -> None:
    assert squeezed(text) in text_of(dossier_of([status("X01")], organisation=text))


def test_names_of_every_kind_are_set() -> None:
    found = dossier_of(
        [status("X01", "FAIL", reason=ALL[0], exception_count=len(ALL))]
        + [status(f"X{n:03}", "NOT_ASSESSABLE", reason=text) for n, text in enumerate(ALL)],
        [exception("X01", text, finding=text, owner_id=text) for text in ALL],
    )
    assert len(read(found).pages) >= 2


def test_a_long_name_is_cut_and_says_so() -> None:
    told = text_of(dossier_of([status("X01", "NOT_ASSESSABLE", reason="x" * 1000)]))
    assert squeezed("(600 more characters)") in told


def test_it_holds_its_fonts_and_can_be_read_out() -> None:
    found = read(of_every_status())
    assert b"pdfaid:part" in summary(of_every_status())
    assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert found.metadata is not None
    assert found.metadata.title == "Controls over machine learning: lender"


def test_the_same_state_gives_the_same_summary() -> None:
    assert summary(of_every_status()) == summary(of_every_status())
