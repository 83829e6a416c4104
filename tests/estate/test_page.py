"""The page of a report opens offline, fits its window, stands out and prints: in a browser."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.estate.facts import read_estate
from lineage_pipeline.estate.page import render_report
from tests.browsers import browser_context, watched_page
from tests.cards.test_page import contrast
from tests.estate.crowded import crowd
from tests.workspaces import deliver, make_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext

    from tests.conftest import Demo

WINDOWS = {
    "desk": {"viewport": {"width": 1200, "height": 800}},
    "dark": {"viewport": {"width": 1200, "height": 800}, "color_scheme": "dark"},
    "telephone": {"viewport": {"width": 320, "height": 640}},
}
GROUND = """
(each) => {
    for (let at = each; at; at = at.parentElement) {
        const ground = getComputedStyle(at).backgroundColor;
        if (ground !== "rgba(0, 0, 0, 0)") return ground;
    }
}
"""
TEXTS = f"""
() => [...document.querySelectorAll("h1, h2, h3, p, li, th, td, dt, dd, a, small, .muted, .mark")]
    .filter(each => each.offsetParent)
    .map(each => [getComputedStyle(each).color, ({GROUND})(each), each.className])
"""
FILLS = """
() => [...document.querySelectorAll("svg text.on")].map(each => {
    const part = each.previousElementSibling;
    return [getComputedStyle(each).fill, getComputedStyle(part).fill];
})
"""
OVER = """
() => [...document.querySelectorAll(".frame, .bars")]
    .filter(each => each.scrollWidth > each.clientWidth + 1).length
"""


@pytest.fixture(scope="module")
def files(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("pages")
    empty = make_workspace(folder / "empty")
    deliver(empty, {})
    crowded = crowd(demo.workspace.paths, folder / "crowded")
    found = []
    for name, paths in {
        "demo": demo.workspace.paths, "empty": empty.paths, "crowded": crowded,
    }.items():  # fmt: skip
        found.append(folder / f"{name}.html")
        found[-1].write_text(render_report(read_estate(paths)), encoding="utf-8")
    return found


@pytest.fixture(scope="module", params=WINDOWS)
def context(request: Any) -> Iterator[BrowserContext]:
    with browser_context(**WINDOWS[request.param]) as opened:
        yield opened


@pytest.mark.browser
def test_pages_fit_their_window_and_do_nothing(context: BrowserContext, files: list[Path]) -> None:
    complaints: list[str] = []
    page = watched_page(context, complaints)
    for file in files:
        page.goto(file.as_uri())
        width, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= room, f"{file.name} is {width} wide in {room}"
    page.close()

    assert complaints == []


@pytest.mark.browser
def test_text_stands_out_from_what_is_behind_it(context: BrowserContext, files: list[Path]) -> None:
    page = context.new_page()
    for file in files:
        page.goto(file.as_uri())
        behind = {(one, other) for one, other, _ in page.evaluate(TEXTS)}
        filled = {(one, other) for one, other in page.evaluate(FILLS) if "url" not in other}
        for colour, ground in behind | filled:
            assert contrast(colour, ground) >= 4.5, f"{colour} on {ground}"  # WCAG 2.2, 1.4.3
    page.close()


@pytest.mark.browser
def test_parts_of_plots_stand_out_from_the_page(context: BrowserContext, files: list[Path]) -> None:
    page = context.new_page()
    page.goto(files[-1].as_uri())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    fills = page.evaluate(
        '[...document.querySelectorAll("main rect")].map(each => getComputedStyle(each).fill)'
    )
    page.close()

    for fill in {fill for fill in fills if "url" not in fill}:
        assert contrast(fill, ground) >= 3, f"{fill} on {ground}"  # WCAG 2.2, 1.4.11


@pytest.mark.browser
def test_print_is_light_and_whole(context: BrowserContext, files: list[Path]) -> None:
    page = context.new_page()
    for file in files:
        page.set_viewport_size({"width": 703, "height": 900})  # A4 within its margins
        page.goto(file.as_uri())
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        assert page.evaluate(OVER) == 0, file.name
    page.close()


@pytest.mark.browser
def test_headings_plots_and_tables_can_be_told_without_seeing(
    context: BrowserContext, files: list[Path]
) -> None:
    page = context.new_page()
    for file in files:
        page.goto(file.as_uri())
        levels = page.evaluate(
            '[...document.querySelectorAll("h1, h2, h3")].map(each => Number(each.tagName[1]))'
        )
        nameless = page.evaluate(
            """() => [
                ...[...document.querySelectorAll("svg[role=img]")]
                    .filter(each => !each.querySelector("title")?.textContent),
                ...[...document.querySelectorAll("table")].filter(each => !each.caption),
            ].length"""
        )
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert nameless == 0
    page.close()


def test_a_colour_scheme_names_every_colour_of_the_other() -> None:
    from lineage_pipeline.estate import page

    style = page._STYLE.read_text(encoding="utf-8")
    named = [
        set(re.findall(r"(--[a-z-]+):", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]

    assert len(named) == 3
    assert named[0] == named[1] == named[2]
