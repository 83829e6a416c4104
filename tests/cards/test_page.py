"""A card's page opens offline, fits its window, and lets no text act: driven in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.cards.page import render_page
from tests.browsers import browser_context, watched_page

from .examples import SOURCE, check, check_card, make_facts
from .hostile import HOSTILE_TEXT, hostile_document, hostile_facts
from .story import checked_cards

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from lineage_pipeline.cards.checking import CheckedCard

WINDOWS = {
    "desk": {"viewport": {"width": 1200, "height": 800}},
    "dark": {"viewport": {"width": 1200, "height": 800}, "color_scheme": "dark"},
    "telephone": {"viewport": {"width": 320, "height": 640}},
}


class Tags(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def hostile(text: str) -> CheckedCard:
    return check_card(hostile_facts(text), hostile_document(text), text)


@pytest.mark.parametrize("text", HOSTILE_TEXT)
def test_hostile_text_makes_no_element(text: str) -> None:
    found = Tags(render_page(hostile(text)))

    assert not found.tags & {"script", "img", "svg", "a", "iframe", "link", "object", "b"}
    assert found.attributes <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id", "role", "scope",
    }  # fmt: skip


def test_a_page_asks_for_nothing() -> None:
    page = render_page(check())

    assert not re.search(r"\b(src|href|srcset|action)\s*=|@import|url\(", page)
    assert "default-src 'none'" in page
    assert "unsafe" not in page


def test_a_page_tells_state_findings_and_origins() -> None:
    page = render_page(checked_cards()["credit-risk-4"])

    assert '<p class="state contradicted" role="status">' in page
    assert "says 0.81, evidence (run 61d46ec11d7c50b8c37f662519f5a17b) says 0.74." in page
    assert "0.74 (the card's author wrote 0.81)" in page
    assert (
        '<h2 id="evaluation">Evaluation <span class="status complete">complete</span> '
        '<span class="status contradicted">contradicted</span></h2>'
    ) in page
    assert '<span class="from person">written by a person: cards/credit-risk-4.yaml</span>' in page
    assert "nobody has looked" in page


@pytest.fixture(scope="module", params=WINDOWS)
def context(request: Any) -> Iterator[BrowserContext]:
    with browser_context(**WINDOWS[request.param]) as opened:
        yield opened


@pytest.mark.browser
def test_pages_fit_their_window_and_do_nothing(context: BrowserContext, tmp_path: Path) -> None:
    complaints: list[str] = []
    cards = [check(), check_card(make_facts(), None, SOURCE), *map(hostile, HOSTILE_TEXT)]
    page = watched_page(context, complaints)
    for place, checked in enumerate(cards):
        file = tmp_path / f"{place}.html"
        file.write_text(render_page(checked), encoding="utf-8")
        page.goto(file.as_uri())
        width, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= room, f"card {place} is {width} wide in {room}"
    page.close()

    assert complaints == []


@pytest.mark.browser
def test_text_stands_out_from_its_page(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    file.write_text(render_page(checked_cards()["credit-risk-4"]), encoding="utf-8")
    page = context.new_page()
    page.goto(file.as_uri())

    colours = page.evaluate(
        """() => [...document.querySelectorAll("h1, small, p, dt, dd, .from, .status, td, strong")]
            .map(each => getComputedStyle(each).color)"""
    )
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.close()

    for colour in set(colours):
        assert contrast(colour, ground) >= 4.5, f"{colour} on {ground}"  # WCAG 2.2, 1.4.3


@pytest.mark.browser
def test_print_is_light_and_whole(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    file.write_text(render_page(check()), encoding="utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".frame")]
            .filter(each => each.scrollWidth > each.clientWidth).length"""
    )
    page.close()

    assert ground == "rgb(255, 255, 255)"
    assert hidden == 0


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as a browser writes them."""
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
