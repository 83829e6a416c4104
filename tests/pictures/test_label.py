"""Labels fit their box, keep both ends of a name and hide no character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.pictures.label import (
    ELLIPSIS,
    UNNAMED,
    printable_text,
    shortened,
    text_width,
    wrapped_label,
)

FONT_SIZE = 10.0


@given(st.text(max_size=300), st.floats(30, 300))
def test_label_has_at_most_two_lines_and_each_fits(text: str, width: float) -> None:
    lines = wrapped_label(text, width, FONT_SIZE)

    assert 1 <= len(lines) <= 2
    if lines != (UNNAMED,):
        assert all(text_width(line, FONT_SIZE) <= width + 1e-6 for line in lines)


@given(st.text(alphabet="abc_.", min_size=1, max_size=60), st.floats(30, 300))
def test_label_without_ellipsis_is_the_whole_name(text: str, width: float) -> None:
    lines = wrapped_label(text, width, FONT_SIZE)

    if not any(ELLIPSIS in line for line in lines):
        assert "".join(lines) == text


def test_label_breaks_after_a_separator() -> None:
    assert wrapped_label("customers_pseudonymised", 80, FONT_SIZE) == (
        "customers_",
        "pseudonymised",
    )


def test_label_that_is_too_long_keeps_both_ends() -> None:
    head, tail = wrapped_label("warehouse" + "_x" * 400 + "_final", 80, FONT_SIZE)

    assert head.startswith("warehouse")
    assert head.endswith(ELLIPSIS)
    assert tail.endswith("_final")


def test_label_without_a_visible_character_is_unnamed() -> None:
    assert wrapped_label("  ", 80, FONT_SIZE) == (UNNAMED,)


@given(st.text(max_size=300), st.floats(20, 300))
def test_shortened_text_fits(text: str, width: float) -> None:
    assert text_width(shortened(text, width, FONT_SIZE), FONT_SIZE) <= width + 1e-6


def test_text_that_fits_is_not_shortened() -> None:
    assert shortened("feature_store", 80, FONT_SIZE) == "feature_store"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain, 日本語 and ünïcode", "plain, 日本語 and ünïcode"),
        ("a\x00b", "a\\u0000b"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
        ("\U0001ffff", "\\U0001ffff"),
        ("\U000e0041", "\\U000e0041"),
        ("tab\tline\n", "tab\\u0009line\\u000a"),
    ],
)
def test_unprintable_characters_are_written_out(text: str, printed: str) -> None:
    assert printable_text(text) == printed
