"""What tests of pictures build them from, and how they read an SVG document back."""

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from hypothesis import strategies as st

from lineage_pipeline.pictures.picture import KINDS, STAGES, Picture, PictureEdge, PictureNode

SVG: Final = "{http://www.w3.org/2000/svg}"


def node(name: str, stage: str = "raw", **facts: object) -> PictureNode:
    """Return a dataset of a stage, with any of its facts replaced."""
    stated = {"node_id": name, "label": name, "kind": "dataset", "stage": stage} | facts
    return PictureNode(**stated)  # type: ignore[arg-type]


def edges(*pairs: str) -> tuple[PictureEdge, ...]:
    """Return edges from words such as `a>b`."""
    return tuple(PictureEdge(*pair.split(">")) for pair in pairs)


def parsed(svg: str) -> ET.Element:
    """Return the root of a document, which has to be well-formed."""
    return ET.fromstring(svg)  # noqa: S314


def groups(svg: str, css_class: str) -> Sequence[ET.Element]:
    """Return the groups of a class, as the first word of the attribute."""
    return [g for g in parsed(svg).iter(f"{SVG}g") if g.get("class", "").split(" ")[0] == css_class]


def titles(svg: str, css_class: str) -> list[str]:
    """Return the first line of the title of each group of a class."""
    found = [group.findtext(f"{SVG}title") or "" for group in groups(svg, css_class)]
    return [title.split("\n")[0] for title in found]


def texts(svg: str) -> list[str]:
    """Return every drawn line of text."""
    return [text.text or "" for text in parsed(svg).iter(f"{SVG}text")]


_NAMES: Final = [f"n{number:02}" for number in range(14)]


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Return a small picture of any shape: cycles, loops, repeats, ends that no node describes."""
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=14))
    nodes = [
        PictureNode(
            node_id=name,
            label=draw(st.sampled_from([name, "a_rather_long_name_of_a_table", ""])),
            kind=draw(st.sampled_from([*KINDS, "", "gizmo"])),
            stage=draw(st.sampled_from([*STAGES, "elsewhere"])),
            is_focus=draw(st.booleans()),
        )
        for name in names
    ]
    made = st.builds(
        PictureEdge,
        source_node_id=st.sampled_from(_NAMES),
        target_node_id=st.sampled_from(_NAMES),
        basis=st.sampled_from(["", "explicit", "inferred", "cartesian"]),
        label=st.sampled_from(["", "nightly job"]),
    )
    return Picture(tuple(nodes), tuple(draw(st.lists(made, max_size=24))), "Any picture")
