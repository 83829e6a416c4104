"""An SVG document shows all of a picture, once, whatever the names in it are."""

import os
import random
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.pictures.picture import STAGES, Picture, PictureEdge, distinct_picture
from lineage_pipeline.pictures.svg import NOTHING_TO_DRAW, render_svg

from .drawing import SVG, edges, groups, node, parsed, pictures, texts, titles

CHAIN = Picture(
    nodes=(
        node("orders", "raw"),
        node("orders_clean", "cleaned"),
        node("churn:3", "model", kind="modelVersion", is_focus=True),
    ),
    edges=(
        PictureEdge("orders", "orders_clean", "explicit", "dbt run"),
        PictureEdge("orders_clean", "churn:3", "inferred"),
    ),
    title="Where churn:3 came from",
)

TANGLE = Picture(
    nodes=tuple(node(f"n{i}", STAGES[i * 5 % len(STAGES)]) for i in range(30)),
    edges=tuple(PictureEdge(f"n{i}", f"n{(i * 7 + 4) % 30}") for i in range(60)),
)

HOSTILE_TEXT = [
    "<script>alert(1)</script>",
    '"><g onload="x()">&amp;&#x0;]]>',
    "\x00\x01\x08\x0b\x1f\x7f\x85",
    "\ud800 lone surrogate \udfff",
    "\ufffe\uffff\U0001fffe",
    "invoice\u202efdp.exe\u2066\u200f",
    "x" * 10_000,
    "\u0301" * 500,
    "line one\r\nline two\ttab",
    "\ufdfd\u1f469\u200d\u65e5\u672c",
    "   ",
]


@given(pictures(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_document_is_the_same_bytes_in_any_order_of_nodes_and_edges(
    picture: Picture, shuffler: random.Random
) -> None:
    nodes, picture_edges = list(picture.nodes), list(picture.edges)
    shuffler.shuffle(nodes)
    shuffler.shuffle(picture_edges)
    again = Picture((*nodes, *nodes[:3]), (*picture_edges, *picture_edges[:3]), picture.title)

    assert render_svg(again) == render_svg(picture)


def test_document_is_the_same_bytes_in_another_process() -> None:
    script = (
        "import sys\n"
        "from lineage_pipeline.pictures.picture import Picture, PictureEdge, PictureNode\n"
        "from lineage_pipeline.pictures.svg import render_svg\n"
        f"sys.stdout.buffer.write(render_svg({TANGLE!r}).encode())"
    )
    documents = {
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }

    assert documents == {render_svg(TANGLE).encode()}


@given(pictures())
@settings(deadline=None)
def test_every_node_and_edge_is_drawn_once(picture: Picture) -> None:
    svg = render_svg(picture)
    distinct = distinct_picture(picture)

    assert sorted(titles(svg, "node")) == [box.node_id for box in distinct.nodes]
    assert titles(svg, "edge") == [
        f"{edge.source_node_id} \u2192 {edge.target_node_id}" for edge in distinct.edges
    ]


@pytest.mark.parametrize("hostile", HOSTILE_TEXT)
def test_hostile_text_stays_text(hostile: str) -> None:
    picture = Picture(
        nodes=(
            node(hostile, "raw", kind=hostile, sublabel=hostile, is_focus=True),
            node("b", hostile, label=hostile),
        ),
        edges=(PictureEdge(hostile, "b", hostile, hostile), PictureEdge(hostile, hostile)),
        title=hostile,
    )
    plain = Picture(
        nodes=(node("a", "raw", sublabel="s", is_focus=True), node("b", "unknown", label="b")),
        edges=(PictureEdge("a", "b", "explicit", "l"), PictureEdge("a", "a")),
        title="t",
    )

    svg = render_svg(picture)

    svg.encode("utf-8")
    tags = {element.tag for element in parsed(svg).iter()}
    assert tags <= {element.tag for element in parsed(render_svg(plain)).iter()}
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", svg
    )
    assert all(len(line) < 200 for line in texts(svg))


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_document_is_well_formed_for_any_text(name: str, label: str) -> None:
    picture = Picture((node(name, label=label, sublabel=label),), edges(), label)

    assert len(groups(render_svg(picture), "node")) == 1


def test_title_of_a_node_holds_its_full_identifier() -> None:
    long_id = "dataset:s3://bucket:" + "deeply/nested/" * 700 + "table"

    svg = render_svg(Picture((node(long_id),)))

    assert titles(svg, "node") == [long_id]
    assert long_id not in texts(svg)


def test_title_of_a_node_shows_a_character_that_reverses_text() -> None:
    svg = render_svg(Picture((node("invoice\u202efdp.exe"),)))

    assert titles(svg, "node") == ["invoice\\u202efdp.exe"]


def test_legend_names_each_stage_kind_and_line_that_occurs_and_no_other() -> None:
    lines = texts(render_svg(CHAIN))

    assert {"raw", "cleaned", "model", "dataset", "model version", "stated", "inferred"} <= set(
        lines
    )
    assert "asked for" in lines
    assert not {"feature", "deployment", "job", "unknown stage"} & set(lines)
    assert not any("cartesian" in line for line in lines)


def test_legend_explains_a_box_of_unknown_stage_among_others() -> None:
    picture = Picture((node("a", "raw"), node("b", "elsewhere")), edges("a>b"))

    assert "unknown stage" in texts(render_svg(picture))


@pytest.mark.parametrize(
    ("basis", "is_dashed"),
    [("explicit", False), ("registry", False), ("inferred", True), ("cartesian", True)],
)
def test_line_is_broken_where_no_producer_stated_the_edge(basis: str, *, is_dashed: bool) -> None:
    picture = Picture((node("a"), node("b", "model")), (PictureEdge("a", "b", basis),))

    (edge,) = groups(render_svg(picture), "edge")

    assert any(path.get("stroke-dasharray") for path in edge) == is_dashed


def test_empty_picture_says_so() -> None:
    assert texts(render_svg(Picture())) == [NOTHING_TO_DRAW]


def test_document_refers_to_nothing_outside_and_defines_no_identifier() -> None:
    root = parsed(render_svg(CHAIN))

    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.endswith(("href", "src")) or name == "id"}
    assert not {element.tag for element in root.iter()} & {f"{SVG}script", f"{SVG}image"}
    assert "url(" not in render_svg(CHAIN)


def test_every_colour_is_replaced_on_a_dark_page() -> None:
    """An element whose class no rule names would stay light on a dark background."""
    root = parsed(render_svg(CHAIN))
    style = root.findtext(f"{SVG}style") or ""

    coloured = [
        element
        for element in root.iter()
        if element.get("fill", "none") != "none" or element.get("stroke")
    ]
    assert coloured
    assert all(f".{element.get('class')}{{" in style for element in coloured)
    assert "prefers-color-scheme:dark" in style
