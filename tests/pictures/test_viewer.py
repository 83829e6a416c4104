"""A page answers mouse, wheel, touch and keys, and no name in it acts: driven in a browser."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline.pictures.html import render_html
from lineage_pipeline.pictures.picture import Picture, PictureEdge
from lineage_pipeline.settings.lineage_toml import STAGES
from tests.browsers import browser_context, watched_page

from .drawing import node
from .test_html import WAYS
from .test_svg import CHAIN, HOSTILE_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browser_context(viewport={"width": 1200, "height": 800}, has_touch=True) as opened:
        yield opened


@pytest.fixture
def open_page(context: BrowserContext, tmp_path: Path) -> Iterator[Callable[[Picture], Page]]:
    """Open a picture's page; whatever the browser complains of fails the test."""
    complaints: list[str] = []

    def opened(picture: Picture) -> Page:
        file = tmp_path / "picture.html"
        file.write_text(render_html(picture), encoding="utf-8")
        page = watched_page(context, complaints)
        page.goto(file.as_uri())
        return page

    yield opened
    for page in context.pages:
        page.close()
    assert complaints == []


@contextmanager
def another(context: BrowserContext, **options: Any) -> Iterator[Page]:
    """Open a page in the same browser under other conditions."""
    assert context.browser
    with context.browser.new_context(offline=True, **options) as opened:
        yield opened.new_page()


def ids(page: Page, css_class: str) -> set[str]:
    """Return the nodes that have a class, by the first line of their title."""
    titles = page.locator(f".nodes > .node.{css_class} > title").all_text_contents()
    return {title.split("\n")[0] for title in titles}


def click(page: Page, name: str) -> None:
    page.locator(".nodes > .node", has=page.locator(f"title:text-matches('^{name}\\\\n')")).click()


def transform(page: Page) -> str:
    return str(page.locator(".view > svg").evaluate("(svg) => svg.style.transform"))


def scale(page: Page) -> float:
    found = re.search(r"scale\(([\d.]+)\)", transform(page))
    assert found
    return float(found[1])


def test_click_lights_the_ways_through_a_node_and_tells_of_it(
    open_page: Callable[[Picture], Page],
) -> None:
    page = open_page(WAYS)

    click(page, "b")

    assert ids(page, "is-selected") == {"b"}
    assert ids(page, "is-lit") == {"a", "b", "c", "d"}
    assert page.locator(".edge.is-lit").count() == 3
    told = page.locator(".details").inner_text()
    assert "Made from: 1 directly, 1 in all" in told
    assert "Goes into: 1 directly, 2 in all" in told
    assert "job:dbt:stage: column, 3 runs" in told
    assert page.locator(".said").inner_text() == "b: made from 1, goes into 2"

    page.locator(".details li button", has_text="c").click()

    assert ids(page, "is-lit") == {"a", "b", "c", "d", "x"}
    assert "risk team" in page.locator(".details").inner_text()

    page.keyboard.press("Escape")

    assert page.locator(".details").is_hidden()
    assert ids(page, "is-lit") == set()


def test_whole_picture_stays_in_sight_beside_the_details(
    open_page: Callable[[Picture], Page],
) -> None:
    page = open_page(WAYS)

    click(page, "a")
    page.wait_for_timeout(100)

    panel = page.locator(".details").bounding_box()
    last = page.locator(".nodes > .node", has_text="model version").bounding_box()
    assert panel is not None
    assert last is not None
    assert last["x"] + last["width"] <= panel["x"]


def test_search_lights_what_it_finds_and_goes_from_one_to_the_next(
    open_page: Callable[[Picture], Page],
) -> None:
    page = open_page(WAYS)

    page.keyboard.press("/")
    page.keyboard.type("POSTGRES")
    assert ids(page, "is-hit") == {"a"}
    assert page.locator(".found").inner_text() == "1 of 1"

    page.locator(".search input").fill("nothing like it")
    assert page.locator(".found").inner_text() == "0 found"
    assert ids(page, "is-lit") == set()

    page.locator(".search input").fill("")
    assert page.locator("svg.is-narrowed").count() == 0


def test_search_centres_what_it_has_found(open_page: Callable[[Picture], Page]) -> None:
    chain = tuple(node(f"step_{number:03}", "raw") for number in range(60))
    pairs = tuple(PictureEdge(f"step_{n:03}", f"step_{n + 1:03}") for n in range(59))
    page = open_page(Picture(chain, pairs))

    for name in ("step_059", "step_000"):
        page.locator(".search input").fill(name)
        box = page.locator(".node.is-hit").bounding_box()
        assert box is not None
        assert abs(box["x"] + box["width"] / 2 - 600) < 5
        assert box["width"] > 60


def test_stages_are_switched_off_and_on(open_page: Callable[[Picture], Page]) -> None:
    page = open_page(WAYS)
    click(page, "a")

    page.get_by_role("button", name="raw 3").click()

    assert ids(page, "is-off") == {"a", "x", "y"}
    assert page.locator(".edge.is-off").count() == 2
    assert page.locator(".label.is-off").count() == 1
    assert page.locator(".details").is_hidden()

    page.get_by_role("button", name="raw 3").click()

    assert page.locator(".is-off").count() == 0


def test_picture_is_moved_and_scaled_by_mouse_and_wheel(
    open_page: Callable[[Picture], Page],
) -> None:
    page = open_page(WAYS)
    before, size = transform(page), scale(page)

    page.mouse.move(300, 700)
    page.mouse.down()
    page.mouse.move(380, 640, steps=4)
    page.mouse.up()

    assert transform(page) != before
    assert scale(page) == size
    assert page.locator(".details").is_hidden()

    page.mouse.wheel(0, -200)
    page.wait_for_function(
        "(s) => !document.querySelector('.view > svg').style.transform.includes(s)",
        arg=f"scale({size})",
    )
    assert scale(page) > size
    page.get_by_role("button", name="Show everything").click()
    assert transform(page) == before


def test_wheel_keeps_what_lies_under_the_pointer(open_page: Callable[[Picture], Page]) -> None:
    page = open_page(WAYS)
    target = page.locator(".nodes > .node").first
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"], box["y"]

    page.evaluate(
        "([x, y]) => document.querySelector('.view').dispatchEvent(new WheelEvent('wheel',"
        " {deltaY: -200, clientX: x, clientY: y, cancelable: true}))",
        [x, y],
    )

    after = target.bounding_box()
    assert after is not None
    assert abs(after["x"] - x) < 1
    assert abs(after["y"] - y) < 1


def test_two_fingers_scale_and_a_tap_selects(open_page: Callable[[Picture], Page]) -> None:
    page = open_page(WAYS)
    size = scale(page)
    page.evaluate(
        """() => {
            const stage = document.querySelector(".view");
            stage.setPointerCapture = () => {};
            const send = (name, id, x) => stage.dispatchEvent(new PointerEvent(name, {
                pointerId: id, pointerType: "touch", clientX: x, clientY: 400, bubbles: true,
            }));
            send("pointerdown", 7, 500);
            send("pointerdown", 8, 600);
            send("pointermove", 8, 700);
            send("pointerup", 7, 500);
            send("pointerup", 8, 700);
        }"""
    )
    assert scale(page) == pytest.approx(size * 2, rel=0.01)

    page.get_by_role("button", name="Show everything").tap()
    page.locator(".nodes > .node", has_text="b").first.tap()
    assert page.locator(".details").is_visible()


def test_every_node_is_reached_by_keys(open_page: Callable[[Picture], Page]) -> None:
    page = open_page(WAYS)
    focused = "document.activeElement.querySelector('title')?.textContent.split('\\n')[0]"

    page.locator(".view").focus()
    before = transform(page)
    page.keyboard.press("ArrowLeft")
    assert transform(page) != before
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "d"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == "c"
    page.keyboard.press("ArrowLeft")
    start = page.evaluate(focused)
    assert start in ("b", "x")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "c"
    page.keyboard.press("Enter")
    assert ids(page, "is-selected") == {"c"}
    size = scale(page)
    page.keyboard.press("+")
    assert scale(page) > size
    page.keyboard.press("0")
    assert page.locator('.node[tabindex="0"]').count() == 1


def test_nodes_are_named_for_screen_readers(open_page: Callable[[Picture], Page]) -> None:
    page = open_page(WAYS)

    tree = page.locator("body").aria_snapshot()

    assert 'button "a, dataset, stage raw, postgres://db"' in tree
    assert 'button "d, model version, stage model"' in tree
    assert 'searchbox "Search by name' in tree
    assert 'group "Stages that are shown"' in tree
    assert 'heading "What d is made of" [level=1]' in tree
    assert "coverage: 4 events" in tree


def test_names_never_become_markup(open_page: Callable[[Picture], Page]) -> None:
    facts = tuple((text, text) for text in HOSTILE_TEXT[:2])
    nodes = tuple(
        node(text, "raw", label=text, kind=text, sublabel=text, facts=facts)
        for text in HOSTILE_TEXT
    )
    edges = tuple(PictureEdge(one, other, one, one, facts) for one, other in pairwise(HOSTILE_TEXT))
    page = open_page(Picture(nodes, edges, HOSTILE_TEXT[0], HOSTILE_TEXT[1]))
    before = page.evaluate("document.querySelectorAll('script, g[onload], img').length")

    for index in range(len(nodes)):
        page.locator(".nodes > .node").nth(index).dispatch_event("click")
        assert page.locator(".details h2").count() == 1

    assert page.evaluate("document.querySelectorAll('script, g[onload], img').length") == before
    assert page.title() == HOSTILE_TEXT[0]


def test_script_that_the_page_was_not_written_with_does_not_run(
    context: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "changed.html"
    injected = "<script>window.isRun = true</script></body>"
    file.write_text(render_html(CHAIN).replace("</body>", injected), encoding="utf-8")
    page = context.new_page()
    page.goto(file.as_uri())

    assert page.evaluate("window.isRun") is None
    page.close()


def test_print_and_a_page_without_scripts_show_the_whole_picture(
    context: BrowserContext, tmp_path: Path
) -> None:
    file = tmp_path / "picture.html"
    file.write_text(render_html(WAYS), encoding="utf-8")
    with another(context, java_script_enabled=False) as page:
        page.goto(file.as_uri())
        assert page.locator(".nodes > .node").first.is_visible()
        assert page.locator(".search").is_hidden()
    with another(context, viewport={"width": 1000, "height": 700}) as page:
        page.goto(file.as_uri())
        click(page, "b")
        page.emulate_media(media="print")
        assert page.locator(".details").is_hidden()
        assert page.locator(".search").is_hidden()
        box = page.locator(".view > svg").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1000


def test_colours_follow_the_readers_scheme(context: BrowserContext, tmp_path: Path) -> None:
    file = tmp_path / "picture.html"
    file.write_text(render_html(WAYS), encoding="utf-8")
    seen = set()
    for scheme in ("light", "dark"):
        with another(context, color_scheme=scheme) as page:
            page.goto(file.as_uri())
            seen.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert seen == {"rgb(255, 255, 255)", "rgb(13, 17, 23)"}


def test_two_thousand_nodes_open_and_are_searched(open_page: Callable[[Picture], Page]) -> None:
    count = 2000
    nodes = tuple(
        node(f"table_{i:04}", STAGES[i * 6 // count], is_focus=i == count - 1) for i in range(count)
    )
    edges = tuple(
        PictureEdge(f"table_{i:04}", f"table_{min(count - 1, i * 3 // 2 + 1):04}", "column")
        for i in range(count - 1)
    )
    page = open_page(Picture(nodes, edges, "two thousand"))

    assert page.locator(".nodes > .node").count() == count
    focus = page.locator('.node[tabindex="0"]').bounding_box()
    assert focus is not None
    assert 0 < focus["x"] < 1200
    page.locator(".search input").fill("table_1234")
    assert ids(page, "is-hit") == {"table_1234"}
    page.locator(".node.is-hit").dispatch_event("click")
    assert "table_1234" in page.locator(".details h2").inner_text()


@pytest.mark.parametrize("picture", [Picture(), Picture((node("alone"),))], ids=["none", "one"])
def test_smallest_pictures_open(picture: Picture, open_page: Callable[[Picture], Page]) -> None:
    page = open_page(picture)

    page.keyboard.press("Escape")
    page.locator(".search input").fill("x")
    assert page.locator(".found").inner_text() == "0 found"
