"""A part of the graph as plain data: what was asked, nodes, edges, and the columns behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

STRENGTH: Final = ("explicit", "column", "registry", "deployment", "inferred", "cartesian")
"""What an edge can rest on, the strongest first."""


@dataclass(frozen=True, slots=True)
class SubgraphNode:
    """A node, or with `field` one of its fields, whose identifier is then that of the field.

    `depth` counts the steps from what was asked; `is_masked` is said of fields only.
    """

    node_id: str
    kind: str
    namespace: str
    name: str
    stage: str
    depth: int
    stage_rule: str = "none"
    stage_confidence: str = ""
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    field: str = ""
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class SubgraphEdge:
    """A flow from one node to another, moved by one job.

    `run_count` is 0 where no run stated it, but a job on its own.
    """

    source_node_id: str
    target_node_id: str
    job_node_id: str
    basis: str
    run_count: int
    valid_from_at: datetime
    valid_to_at: datetime | None = None
    last_run_id: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnFlow:
    """A flow from one field to another.

    Without a target field it reaches the whole target; without a source field nobody says which
    fields of the source it comes from.
    """

    source_node_id: str
    source_field: str | None
    target_node_id: str
    target_field: str | None
    job_node_id: str
    transformation_type: str | None = None
    transformation_subtype: str | None = None
    is_masking: bool | None = None


@dataclass(frozen=True, slots=True)
class NodeTag:
    """A tag of a node or, with `field`, of one of its fields.

    `job_node_id` is empty where no job states it.
    """

    node_id: str
    field: str | None
    key: str
    value: str
    source: str | None
    job_node_id: str
    valid_from_at: datetime


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of a node's schema.

    `path` joins the names from the top down with dots; `ordinal` counts from 0 among the fields
    inside the same one.
    """

    node_id: str
    path: str
    ordinal: int
    type: str | None
    valid_from_at: datetime


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Nodes and the edges between them, as they held at `as_of` and were known at `known_at`.

    `asked` are the nodes at depth 0. The two clocks are None where the present was asked. `note`
    says in words what the answer rests on, and what is missing from it.
    """

    nodes: tuple[SubgraphNode, ...]
    edges: tuple[SubgraphEdge, ...] = ()
    columns: tuple[ColumnFlow, ...] = ()
    tags: tuple[NodeTag, ...] = ()
    schema: tuple[SchemaField, ...] = ()
    direction: str = "upstream"
    as_of: datetime | None = None
    known_at: datetime | None = None
    note: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the identifiers of what was asked for."""
        return tuple(node.node_id for node in self.nodes if node.depth == 0)


def strength(basis: str) -> int:
    """Return the place of a basis among all, 0 for the strongest; what is not known comes last."""
    return STRENGTH.index(basis) if basis in STRENGTH else len(STRENGTH)


def strongest_edges(subgraph: Subgraph) -> tuple[SubgraphEdge, ...]:
    """Return one edge for each pair of nodes, the one that rests on most, in one fixed order."""
    best: dict[tuple[str, str], SubgraphEdge] = {}
    for edge in sorted(subgraph.edges, key=lambda edge: (strength(edge.basis), edge.job_node_id)):
        best.setdefault((edge.source_node_id, edge.target_node_id), edge)
    return tuple(best[pair] for pair in sorted(best))


def instant_text(instant: datetime | None) -> str | None:
    """Return the instant as ISO 8601 in UTC, None for none."""
    return instant.isoformat().replace("+00:00", "Z") if instant else None
