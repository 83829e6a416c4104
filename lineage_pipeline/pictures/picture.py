"""What a lineage picture shows, as plain data: nodes, the edges between them, and a title."""

from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from lineage_pipeline.settings.lineage_toml import STAGES

UNKNOWN_STAGE: Final = STAGES[-1]
KINDS: Final = ("dataset", "datasetField", "job", "model", "modelVersion", "deployment")

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""More that is known, as words and values: listed where a reader can ask, never drawn."""


@dataclass(frozen=True, slots=True)
class PictureNode:
    """One thing that has lineage: a dataset, job, model, model version or deployment.

    `stage` decides the column and the colour; a word that is not in `STAGES` counts as unknown.
    `sublabel` is the second line, the kind where it is empty. `is_focus` marks what was asked for.
    """

    node_id: str
    label: str
    kind: str
    stage: str
    sublabel: str = ""
    is_focus: bool = False
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class PictureEdge:
    """One statement that the target was made from the source, and what it rests on."""

    source_node_id: str
    target_node_id: str
    basis: str = ""
    label: str = ""
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be drawn. The order of nodes and edges carries no meaning.

    `note` says what the picture rests on; a page shows it below, a drawing alone does not.
    """

    nodes: tuple[PictureNode, ...] = field(default=())
    edges: tuple[PictureEdge, ...] = field(default=())
    title: str = ""
    note: str = ""


def stage_rank(stage: str) -> int:
    """Return the place of a stage in the pipeline, left to right; unknown words come last."""
    return STAGES.index(stage) if stage in STAGES else len(STAGES) - 1


def distinct_picture(picture: Picture) -> Picture:
    """Return the same picture with every node and edge once, in one fixed order.

    Of several nodes with one id the most telling is kept: focus first, then the earliest known
    stage. An endpoint that no node describes becomes a node of unknown stage, so that a picture
    of part of a graph never drops an edge in silence. Every stage is one of `STAGES`.
    """
    node_by_id: dict[str, PictureNode] = {}
    for node in sorted(picture.nodes, key=_node_preference):
        stage = STAGES[stage_rank(node.stage)]
        node_by_id.setdefault(node.node_id, replace(node, stage=stage))
    for edge in picture.edges:
        for node_id in (edge.source_node_id, edge.target_node_id):
            if node_id not in node_by_id:
                node_by_id[node_id] = _undescribed_node(node_id)
    return Picture(
        nodes=tuple(node_by_id[node_id] for node_id in sorted(node_by_id)),
        edges=tuple(sorted(set(picture.edges), key=_edge_key)),
        title=picture.title,
        note=picture.note,
    )


def _node_preference(node: PictureNode) -> tuple[bool, int, str, str, str, str, Facts]:
    return (
        not node.is_focus,
        stage_rank(node.stage),
        node.kind,
        node.label,
        node.sublabel,
        node.stage,
        node.facts,
    )


def _edge_key(edge: PictureEdge) -> tuple[str, str, str, str, Facts]:
    return (edge.source_node_id, edge.target_node_id, edge.basis, edge.label, edge.facts)


def _undescribed_node(node_id: str) -> PictureNode:
    prefix = node_id.partition(":")[0]
    return PictureNode(
        node_id=node_id,
        label=node_id,
        kind=prefix if prefix in KINDS else "",
        stage=UNKNOWN_STAGE,
    )
