"""Which tags the events of an export state: each with whoever states it, where that can be said."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from lineage_pipeline.identifiers import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lineage_pipeline.exports.subgraph import NodeTag, Subgraph

_STAGE_KEYS: Final = frozenset({"lineage.stage", "ml.stage"})


class NodeTags:
    """The tags of a subgraph, given out to the events that name their node.

    A job's tags stand in its own events. What no event of its job can carry, because the job moves
    nothing into or out of the node in this subgraph, stands for itself.
    """

    def __init__(self, subgraph: Subgraph) -> None:
        """Sort the tags by node and by who states them."""
        named = {(edge.job_node_id, edge.job_node_id) for edge in subgraph.edges}
        for edge in subgraph.edges:
            ends = edge.source_node_id, edge.target_node_id
            named |= {(_called(one), edge.job_node_id) for one in ends}
        self._by_owner: defaultdict[tuple[str, str], list[NodeTag]] = defaultdict(list)
        for tag in sorted(subgraph.tags, key=_order):
            is_named = tag.job_node_id and (tag.node_id, tag.job_node_id) in named
            self._by_owner[tag.node_id, tag.job_node_id if is_named else ""].append(tag)
        self._staged = {
            tag.node_id for tag in subgraph.tags if tag.key in _STAGE_KEYS and tag.field is None
        }

    def states_stage(self, node_id: str) -> bool:
        """Return whether one of the node's own tags names a stage."""
        return node_id in self._staged

    def held(self, node_id: str, job_node_id: str, by: datetime | None = None) -> list[NodeTag]:
        """Return the tags of the node that the job states, only those that hold by a time.

        An event calls a version by the name of its model, whose tags it states.
        """
        told = self._by_owner.get((_called(node_id), job_node_id), [])
        return [tag for tag in told if by is None or tag.valid_from_at <= by]

    def stated_by(
        self, job_node_id: str, by: datetime | None
    ) -> Callable[[str], Sequence[NodeTag]]:
        """Return what gives the tags of a node that the job states by a time; without one, none."""
        return lambda node_id: self.held(node_id, job_node_id, by) if job_node_id else ()

    def moments(self) -> set[tuple[str, datetime]]:
        """Return each node with tags that stand for themselves, with each time one is due from."""
        return {
            (node_id, tag.valid_from_at)
            for (node_id, owner), told in self._by_owner.items()
            for tag in told
            if not owner
        }


def _called(node_id: str) -> str:
    """Return the node whose name events use: of a version that of its model."""
    return model_of(node_id) or node_id


def _order(tag: NodeTag) -> tuple[str, ...]:
    return tag.key, tag.value, tag.field or "", tag.source or ""
