"""A layout leads from left to right, and nothing in it lies on anything else."""

from collections import defaultdict
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.pictures.layout import Layout, PlacedNode, lay_out
from lineage_pipeline.pictures.order import crossing_count
from lineage_pipeline.pictures.picture import Picture, PictureEdge, stage_rank

from .drawing import edges, node, pictures

TOUCHING = 0.01


def boxes(layout: Layout) -> dict[str, PlacedNode]:
    return {box.node.node_id: box for box in layout.nodes}


def overlaps(one: PlacedNode, other: PlacedNode) -> bool:
    return (
        one.x < other.x + other.width - TOUCHING
        and other.x < one.x + one.width - TOUCHING
        and one.y < other.y + other.height - TOUCHING
        and other.y < one.y + one.height - TOUCHING
    )


def pipeline_picture() -> Picture:
    """Return forty nodes from raw to deployment, joined as a usual pipeline is."""
    sizes = {"raw": 10, "cleaned": 9, "feature": 8, "training": 4, "model": 6, "deployment": 3}
    nodes = [
        node(f"{stage}_{number}", stage, label=f"{stage}_table_with_a_longer_name_{number}")
        for stage, size in sizes.items()
        for number in range(size)
    ]
    joined = [
        PictureEdge(f"{left}_{number % sizes[left]}", f"{right}_{(number * 3) % sizes[right]}")
        for left, right in pairwise(sizes)
        for number in range(sizes[left] + 2)
    ]
    return Picture(tuple(nodes), tuple(joined))


@given(pictures())
@settings(deadline=None)
def test_boxes_never_overlap_and_lie_inside_the_layout(picture: Picture) -> None:
    layout = lay_out(picture)

    assert not [pair for pair in combinations(layout.nodes, 2) if overlaps(*pair)]
    for box in layout.nodes:
        assert box.x >= 0
        assert box.y >= -TOUCHING
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height + TOUCHING


@given(pictures())
@settings(deadline=None)
def test_edges_join_their_boxes_and_run_over_no_box(picture: Picture) -> None:
    layout = lay_out(picture)
    box_by_id = boxes(layout)

    for placed in layout.edges:
        source = box_by_id[placed.edge.source_node_id]
        target = box_by_id[placed.edge.target_node_id]
        (start_x, start_y), (end_x, end_y) = placed.waypoints[0], placed.waypoints[-1]
        assert start_x in (source.x, source.x + source.width)
        assert source.y <= start_y <= source.y + source.height
        assert end_x in (target.x, target.x + target.width) or placed.is_loop
        assert target.y <= end_y <= target.y + target.height
        # Inside a column the way is a level lane; the rest lies between columns.
        for (x1, y1), (x2, y2) in list(pairwise(placed.waypoints))[1::2]:
            assert y1 == y2
            left, right = sorted((x1, x2))
            column = [box for box in layout.nodes if left <= box.x < right]
            assert all(not box.y < y1 < box.y + box.height for box in column)


@given(pictures())
@settings(deadline=None)
def test_known_stages_stand_in_their_bands_from_left_to_right(picture: Picture) -> None:
    layout = lay_out(picture)
    bands = {band.stage: band for band in layout.bands}

    assert [band.stage for band in layout.bands] == sorted(bands, key=stage_rank)
    assert all(left.x + left.width <= right.x for left, right in pairwise(layout.bands))
    for box in layout.nodes:
        if box.node.stage != "unknown":
            band = bands[box.node.stage]
            assert band.x <= box.x
            assert box.x + box.width <= band.x + band.width


@given(pictures())
@settings(deadline=None)
def test_edge_labels_never_cover_one_another(picture: Picture) -> None:
    labels = [edge.label for edge in lay_out(picture).edges if edge.label]

    for one, other in combinations(labels, 2):
        assert abs(one.x - other.x) >= (one.width + other.width) / 2 - TOUCHING or (
            abs(one.y - other.y) >= one.height - TOUCHING
        )


def test_few_labels_are_drawn_and_widen_the_gaps_to_hold_them() -> None:
    picture = Picture(
        (node("a"), node("b", "model")), (PictureEdge("a", "b", "explicit", "nightly training"),)
    )

    layout = lay_out(picture)

    (edge,) = layout.edges
    left, right = boxes(layout)["a"], boxes(layout)["b"]
    assert edge.label is not None
    assert edge.label.text == "nightly training"
    assert left.x + left.width < edge.label.x - edge.label.width / 2
    assert edge.label.x + edge.label.width / 2 < right.x


def test_chain_of_one_stage_runs_rightward_on_one_level() -> None:
    layout = lay_out(Picture((node("a"), node("b"), node("c")), edges("a>b", "b>c")))

    a, b, c = (boxes(layout)[name] for name in "abc")
    assert a.x < b.x < c.x
    assert a.y == b.y == c.y


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
@settings(deadline=None)
def test_without_a_cycle_every_edge_of_a_stage_runs_rightward(pairs: set[tuple[int, int]]) -> None:
    acyclic = [f"n{min(pair)}>n{max(pair)}" for pair in sorted(pairs) if pair[0] != pair[1]]
    layout = lay_out(Picture(tuple(node(f"n{i}") for i in range(10)), edges(*acyclic)))
    placed = boxes(layout)

    for edge in layout.edges:
        assert placed[edge.edge.source_node_id].x < placed[edge.edge.target_node_id].x


def test_cycle_turns_back_on_one_edge_only() -> None:
    names = "abcdef"
    layout = lay_out(
        Picture(tuple(map(node, names)), edges("a>b", "b>c", "c>d", "d>e", "e>f", "f>a"))
    )

    backward = [edge for edge in layout.edges if edge.waypoints[0][0] > edge.waypoints[-1][0]]
    assert [edge.edge.source_node_id for edge in backward] == ["f"]


def test_edge_against_the_stages_runs_leftward() -> None:
    picture = Picture((node("decisions", "deployment"), node("loans", "raw")))
    (edge,) = lay_out(Picture(picture.nodes, edges("decisions>loans"))).edges

    assert edge.waypoints[0][0] > edge.waypoints[-1][0]


def test_source_stands_beside_what_it_feeds() -> None:
    """`late` feeds only the last step of its stage; far left it would need a long edge."""
    picture = Picture(tuple(map(node, ["a", "b", "c", "late"])), edges("a>b", "b>c", "late>c"))

    placed = boxes(lay_out(picture))

    assert placed["late"].x == placed["b"].x


@pytest.mark.parametrize(
    ("around", "stands_with"),
    [
        (("a>x", "x>t"), "f"),
        (("x>f", "f>t"), "a"),
        (("t>x",), "t"),
    ],
)
def test_node_of_unknown_stage_stands_between_what_it_joins(
    around: tuple[str, ...], stands_with: str
) -> None:
    nodes = (node("a", "raw"), node("f", "feature"), node("t", "training"), node("x", "unknown"))
    layout = lay_out(Picture(nodes, edges(*around)))
    placed = boxes(layout)

    unknown, beside = placed["x"], placed[stands_with]
    if stands_with == "f":
        assert unknown.x == beside.x
    elif stands_with == "t":
        assert unknown.x > beside.x
    else:
        assert beside.x < unknown.x < placed["f"].x


def test_end_that_no_node_describes_is_drawn_as_unknown() -> None:
    layout = lay_out(Picture((node("a"),), edges("a>model:mlflow:churn")))

    stub = boxes(layout)["model:mlflow:churn"].node
    assert (stub.kind, stub.stage) == ("model", "unknown")


def test_of_several_nodes_with_one_id_the_focus_is_kept() -> None:
    layout = lay_out(Picture((node("a", "raw"), node("a", "model", is_focus=True))))

    assert [(box.node.stage, box.node.is_focus) for box in layout.nodes] == [("model", True)]


def test_parts_that_are_not_joined_stand_under_each_other() -> None:
    picture = Picture(
        (node("a"), node("b", "model"), node("c"), node("d", "model")), edges("a>b", "c>d")
    )

    placed = boxes(lay_out(picture))

    assert max(placed["a"].y, placed["b"].y) < min(placed["c"].y, placed["d"].y)
    assert placed["a"].x == placed["c"].x


def test_box_is_tall_enough_for_its_label() -> None:
    layout = lay_out(Picture((node("a"), node("b", label="one_name_that_needs_two_lines_to_fit"))))
    placed = boxes(layout)

    assert len(placed["b"].lines) == len(placed["a"].lines) + 1
    assert placed["b"].height > placed["a"].height


def test_forty_nodes_fit_a_page() -> None:
    layout = lay_out(pipeline_picture())

    assert len(layout.nodes) == 40
    assert layout.width <= 1200
    assert layout.height <= 1000


def test_order_of_the_layout_has_fewer_crossings_than_the_order_of_names() -> None:
    picture = pipeline_picture()
    placed = boxes(lay_out(picture))
    names = sorted(placed)
    number = {name: index for index, name in enumerate(names)}
    links = [(number[e.source_node_id], number[e.target_node_id]) for e in picture.edges]
    by_name: defaultdict[int, list[int]] = defaultdict(list)
    by_height: defaultdict[int, list[int]] = defaultdict(list)
    for name in names:
        by_name[int(placed[name].x)].append(number[name])
    for name in sorted(names, key=lambda name: placed[name].y):
        by_height[int(placed[name].x)].append(number[name])

    assert crossing_count(by_height, links) < crossing_count(by_name, links) / 2


def test_crossings_are_counted_pair_by_pair() -> None:
    columns = {0: [0, 1, 2], 1: [3, 4, 5]}

    assert crossing_count(columns, [(0, 5), (1, 4), (2, 3)]) == 3
    assert crossing_count(columns, [(0, 3), (0, 4), (1, 4), (2, 5)]) == 0


@pytest.mark.parametrize("shape", ["chain", "star", "apart", "tangle", "long"])
def test_two_thousand_nodes_are_laid_out(shape: str) -> None:
    count = 2000
    pairs = {
        "chain": [(i, i + 1) for i in range(count - 1)],
        "star": [(0, i) for i in range(1, count)],
        "apart": [],
        "tangle": [(i, (i * 7 + 300) % count) for i in range(count)],
        "long": [(i, j) for i in range(count - 1) for j in {i + 1, (i * 7 + 300) % count}],
    }[shape]
    nodes = tuple(node(f"n{i}", "unknown") for i in range(count))

    layout = lay_out(Picture(nodes, tuple(PictureEdge(f"n{a}", f"n{b}") for a, b in pairs)))

    assert len(layout.nodes) == count
    assert len(layout.edges) == len(pairs)
