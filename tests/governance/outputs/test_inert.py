"""What is left of a hostile text: one line, printable, not too long."""

from __future__ import annotations

import pytest
from hypothesis import given

from lineage_pipeline.governance.outputs.inert import MOST, one_line
from tests.governance.outputs.decisions import hostile


@given(hostile)
def test_a_text_becomes_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line.splitlines() in ([line], [])
    assert len(line) <= 10 * MOST + 40
    line.encode()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("as it is: 'naïve', 漢字, 50 %", "as it is: 'naïve', 漢字, 50 %"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("half \ud800", r"half \ud800"),
        ("abcdef", "abc… (of 6 characters)"),
    ],
)
def test_what_is_spelled_out_and_what_is_left_out(text: str, line: str) -> None:
    assert one_line(text, 3 if text == "abcdef" else MOST) == line
