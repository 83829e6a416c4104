"""What the documentation says of model cards is what the rules and the checks say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from lineage_pipeline.cards.contradictions import REMEDIES
from lineage_pipeline.cards.formats import EXPORTS, RENDERINGS
from lineage_pipeline.cards.rules import TIERS, shipped_rules
from lineage_pipeline.cards.written import LONGEST, MOST, MOST_CHARACTERS, MOST_ITEMS, WIDEST

TEXT = (Path(__file__).parents[2] / "docs" / "model-cards.md").read_text(encoding="utf-8")


def part(title: str) -> str:
    return TEXT.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_example_prints_what_is_shown() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    (shown,) = re.findall(r"```\n(contradicted\n.*?)```", TEXT, re.DOTALL)
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(code, "docs/model-cards.md", "exec"), {})  # noqa: S102

    assert printed.getvalue() == shown


def test_the_matrix_is_the_one_of_the_rules() -> None:
    lines = [line.strip("|").split("|") for line in part("Completeness").splitlines()]
    shown = {
        cells[0].strip(" `"): tuple(cell.strip() == "required" for cell in cells[1:])
        for cells in lines
        if cells[0].strip().startswith("`") and len(cells) == len(TIERS) + 1
    }

    assert shown == {
        rule.name: tuple(tier in rule.tiers for tier in TIERS) for rule in shipped_rules().section
    }


def test_sections_that_always_apply_are_named() -> None:
    always = [f"`{rule.name}`" for rule in shipped_rules().section if not rule.is_waivable]

    assert f"{', '.join(always[:-1])} and {always[-1]} always apply" in " ".join(TEXT.split())


def test_every_contradiction_is_explained() -> None:
    assert re.findall(r"^\| `([a-z_.]+)` \|", part("Contradictions"), re.MULTILINE) == [*REMEDIES]


def test_every_form_is_named() -> None:
    named = re.findall(
        r"`([a-z-]+)`", "".join(re.findall(r"^\| (.*?) \|", part("Forms"), re.MULTILINE))
    )

    assert set(named) == {*RENDERINGS, *EXPORTS}


def test_limits_are_named() -> None:
    for limit in (LONGEST, MOST_CHARACTERS, WIDEST, MOST, MOST_ITEMS):
        assert f"{limit:,}" in part("What a card does not say")
