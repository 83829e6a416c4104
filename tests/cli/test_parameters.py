"""`--param NAME=VALUE`: how a value is written says what it is; it is bound and never pasted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import pytest

from lineage_pipeline.cli.parameters import Bound


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-1.5", -1.5),
        ("true", True),
        ("null", None),
        ("", ""),
        ("credit-risk", "credit-risk"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ('"3"', "3"),
        ('[1, "a", null]', [1, "a", None]),
        ("[1", "[1"),
        ("2026-09-30", "2026-09-30"),
        ("2026-09-30T12:00:00Z", datetime(2026, 9, 30, 12, tzinfo=UTC)),
        ("2026-09-30T14:00:00+02:00", datetime(2026, 9, 30, 12, tzinfo=UTC)),
        ("2026-99-30T14:00:00Z", None),
        ("a=b", "a=b"),
        ("'; drop table x --", "'; drop table x --"),
    ],
)
def test_a_value_is_what_it_is_written_as(text: str, value: Any) -> None:
    if text.startswith("2026-99"):
        with pytest.raises(click.BadParameter, match="month"):
            Bound().convert(f"name={text}", None, None)
        return
    name, found = Bound().convert(f"name={text}", None, None)
    assert (name, found, type(found)) == ("name", value, type(value))


@pytest.mark.parametrize(
    "text",
    ["name", "=3", "1=3", "a b=3", "$a=3", "a={}", f"a={2**63}", "a=[{}]", "a=" + "[" * 9999],
)
def test_what_names_nothing_or_does_not_bind_is_a_wrong_option(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Bound().convert(text, None, None)
