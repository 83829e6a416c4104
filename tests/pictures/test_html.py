"""A page shows the picture, answers mouse, touch and keys, and lets no name act."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from lineage_pipeline.pictures.html import render_html
from lineage_pipeline.pictures.picture import Picture, PictureEdge

from .drawing import node
from .test_svg import HOSTILE_TEXT, TANGLE

# a → b → c → d, and x → c; y stands apart
WAYS = Picture(
    nodes=(
        node("a", "raw", sublabel="postgres://db"),
        node("x", "raw"),
        node("b", "cleaned"),
        node("c", "feature", facts=(("owner", "risk team"),)),
        node("d", "model", kind="modelVersion", is_focus=True),
        node("y", "raw"),
    ),
    edges=(
        PictureEdge("a", "b", "column", "nightly", (("job:dbt:stage", "column, 3 runs"),)),
        PictureEdge("b", "c", "cartesian"),
        PictureEdge("x", "c", "column"),
        PictureEdge("c", "d", "column"),
    ),
    title="What d is made of",
    note="coverage: 4 events",
)


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="picture-data">(.*?)</script>', page)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_page_is_the_same_bytes_in_any_order() -> None:
    again = Picture(TANGLE.nodes[::-1], TANGLE.edges[::-1], TANGLE.title)

    assert render_html(again) == render_html(TANGLE)


def test_page_asks_for_nothing() -> None:
    page = render_html(WAYS)

    assert not re.search(r"\b(src|href|srcset|action)\s*=|@import|url\(|fetch\(|XMLHttp", page)
    assert not re.search(r"\son\w+\s*=", page)
    assert "default-src 'none'" in page
    assert "unsafe" not in page


def test_data_stands_in_the_order_in_which_it_is_drawn() -> None:
    page = render_html(WAYS)
    data = data_of(page)
    drawn = re.findall(r'<g class="node [^>]*><title>([^\n<]*)', page)
    ends = [
        (data["nodes"][e["source"]]["id"], data["nodes"][e["target"]]["id"]) for e in data["edges"]
    ]
    titles = re.findall(r'<g class="edge [^>]*><title>(\w) \u2192 (\w)', page)

    assert [n["id"] for n in data["nodes"]] == drawn
    assert ends == titles
    assert [data["edges"][index]["facts"] for index in data["labelled"]] == [
        [["job:dbt:stage", "column, 3 runs"]]
    ]


@pytest.mark.parametrize("hostile", HOSTILE_TEXT)
def test_hostile_names_cannot_end_the_data(hostile: str) -> None:
    facts = ((hostile, hostile),)
    picture = Picture(
        (node(hostile, "raw", kind=hostile, sublabel=hostile, facts=facts),), (), hostile, hostile
    )

    page = render_html(picture)

    page.encode("utf-8")
    assert page.count("<script") == page.count("</script") == 2
    assert len(data_of(page)["nodes"]) == 1
