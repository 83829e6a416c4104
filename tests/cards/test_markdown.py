"""Markdown keeps every text a text, and its front matter is what the Hub reads."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from lineage_pipeline.cards.annex_iv import render_annex_iv
from lineage_pipeline.cards.card import ANNEX_IV
from lineage_pipeline.cards.front_matter import LICENSES, TASKS
from lineage_pipeline.cards.markdown import render_markdown, text_of

from .examples import SOURCE, check, check_card, make_document, make_facts
from .hostile import HOSTILE_TEXT, hostile_document, hostile_facts
from .story import checked_cards

# Source: Hugging Face Hub documentation, model card metadata
KEYS = {
    "language", "license", "license_name", "license_link", "library_name", "tags", "datasets",
    "metrics", "base_model", "model_name", "pipeline_tag", "model-index",
}  # fmt: skip


def parts_of(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata and the Markdown behind it."""
    opening, front, body = text.split("---\n", 2)
    assert opening == ""
    return yaml.safe_load(front), body


def html_of(text: str) -> str:
    """Return what a reader of GitHub's Markdown makes of it, with HTML and links let through."""
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))


def check_metadata(metadata: dict[str, Any]) -> None:
    """Assert what the Hub checks when a card is pushed."""
    assert set(metadata) <= KEYS
    assert metadata["license"] in LICENSES | {"other"}
    assert ("license_name" in metadata) == (metadata["license"] == "other")
    assert all(isinstance(tag, str) and tag for tag in metadata["tags"])
    assert metadata.get("pipeline_tag") in {None, *TASKS.values()}
    for index in metadata.get("model-index", []):
        assert isinstance(index["name"], str)
        for result in index["results"]:
            assert isinstance(result["task"]["type"], str)
            assert isinstance(result["dataset"]["type"], str)
            assert isinstance(result["dataset"]["name"], str)
            for metric in result["metrics"]:
                assert isinstance(metric["type"], str)
                assert isinstance(metric["value"], float)


def test_front_matter_has_the_keys_that_the_hub_knows() -> None:
    for checked in (check(), check_card(make_facts(), None, SOURCE), *checked_cards().values()):
        metadata, _ = parts_of(render_markdown(checked))
        check_metadata(metadata)


def test_front_matter_tells_what_was_measured() -> None:
    metadata, _ = parts_of(render_markdown(check()))

    results = metadata["model-index"][0]["results"]
    assert metadata["license_name"] == "internal-use-only"
    assert metadata["pipeline_tag"] == "tabular-classification"
    assert metadata["tags"] == ["card-complete", "consumer-credit", "model-card", "risk-high"]
    assert [(m["type"], m["value"]) for m in results[0]["metrics"]] == [
        ("auc", 0.81),
        ("parity", 0.031),
    ]
    assert results[1]["dataset"]["split"] == "young"


def test_front_matter_tells_no_figure_that_only_a_person_wrote() -> None:
    metadata, _ = parts_of(render_markdown(check(make_facts(metrics=()))))

    assert "model-index" not in metadata
    assert "metrics" not in metadata


@pytest.mark.parametrize(
    ("license_", "told"),
    [
        ("Apache-2.0", {"license": "apache-2.0"}),
        ("mit", {"license": "mit"}),
        ("house rules 2.1", {"license": "other", "license_name": "house-rules-2-1"}),
        ("", {"license": "unknown"}),
    ],
)
def test_a_licence_is_one_that_the_hub_knows_or_has_a_name(
    license_: str, told: dict[str, str]
) -> None:
    document = make_document()
    document["overview"]["license"] = license_

    metadata, _ = parts_of(render_markdown(check(document=document)))

    assert {key: metadata[key] for key in metadata if key.startswith("license")} == told


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_text_stays_text(text: str) -> None:
    checked = check_card(hostile_facts(text), hostile_document(text), text)
    usual = check()
    for render in (render_markdown, render_annex_iv):
        made = render(checked)
        body = parts_of(made)[1] if render is render_markdown else made
        html = html_of(body)

        tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z!][\w-]*)", html)}
        wanted = {"h1", "h2", "h3", "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
        assert tags <= wanted | {"strong", "code", "br"}
        headings = html_of(render(usual).split("---\n", 2)[-1])
        assert html.count("<h2>") == headings.count("<h2>")
        assert html.count("<h1>") == 1
        assert "<hr" not in html


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_text_keeps_the_front_matter_valid(text: str) -> None:
    checked = check_card(hostile_facts(text), hostile_document(text), text)

    metadata, _ = parts_of(render_markdown(checked))

    check_metadata(metadata)


@pytest.mark.parametrize(
    "text",
    ["a | b", "*stars* _and_ `ticks`", "1. one", "- dash", "# hash", "<b>&amp;", "[x](y) ![z](w)",
     "back\\slash \\| end", "~~gone~~", "+ plus", "= under", "$x$", "12) two"],
)  # fmt: skip
def test_text_reads_as_it_was_written(text: str) -> None:
    import html

    cell = html_of(f"| head |\n|---|\n| {text_of(text)} |\n")
    item = html_of(f"- {text_of(text)}\n")

    assert f"<td>{html.escape(text)}</td>" in cell
    assert f"<li>{html.escape(text)}</li>" in item


def test_contradictions_stand_at_the_head() -> None:
    made = render_markdown(checked_cards()["credit-risk-4"])

    assert "Card contradicted, as of 2026-10-12T06:00:00Z." in made
    assert "says 0.81, evidence (run 61d46ec11d7c50b8c37f662519f5a17b) says 0.74." in made
    assert "0.74 (the card's author wrote 0.81)" in made


def test_no_line_ends_in_a_blank() -> None:
    for made in (render_markdown(check()), render_annex_iv(check())):
        assert not re.search(r"[ \t]+$", made, re.MULTILINE)


def test_annex_iv_has_its_nine_points_and_what_is_recorded() -> None:
    made = render_annex_iv(check())

    for point, title in ANNEX_IV.items():
        assert f"## {point}. {title}\n\nwhat point {point} asks for is kept in file TD-7" in made
    assert "| technical | approved | grace@example.org |" in made


def test_a_point_of_annex_iv_that_nobody_wrote_says_so() -> None:
    document = make_document()
    del document["annex_iv"]["7"]

    made = render_annex_iv(check(document=document))

    assert "## 7. Standards applied\n\nNothing is written here.\n" in made
