"""The schemas that the events of an export state: the fields of a node, those inside others too."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lineage_pipeline.exports.subgraph import SchemaField, Subgraph


class NodeSchemas:
    """The schemas of a subgraph by node.

    Which event of which job stated a schema is not known of it, so that each leaves as what the
    dataset says of itself, at each time from which a field of it holds.
    """

    def __init__(self, subgraph: Subgraph) -> None:
        """Sort the fields by node, and in the order in which each schema reads."""
        self._by_node: defaultdict[str, list[SchemaField]] = defaultdict(list)
        for field in sorted(subgraph.schema, key=_order):
            self._by_node[field.node_id].append(field)

    def moments(self) -> set[tuple[str, datetime]]:
        """Return each node that has a schema, with each time at which its fields change."""
        return {
            (node_id, field.valid_from_at)
            for node_id, fields in self._by_node.items()
            for field in fields
        }

    def held(self, node_id: str, by: datetime) -> list[dict[str, Any]]:
        """Return the fields of the node that hold by a time, as the facet nests them."""
        return nested(
            field for field in self._by_node.get(node_id, ()) if field.valid_from_at <= by
        )


def nested(fields: Iterable[SchemaField]) -> list[dict[str, Any]]:
    """Return the fields as the facet has them, each inside the one whose path leads to it.

    A dot in a path is also a dot of a name: a field whose path no other begins stands at the top,
    and has the same path there. An ordinal counts from 0 here, and from 1 in the facet.
    """
    top: list[dict[str, Any]] = []
    by_path: dict[str, dict[str, Any]] = {}
    for field in sorted(fields, key=lambda field: len(field.path)):
        outer = _outer(field.path, by_path)
        name = field.path if outer is None else field.path[len(outer) + 1 :]
        stated: dict[str, Any] = {"name": name, "ordinal_position": field.ordinal + 1}
        if field.type is not None:
            stated["type"] = field.type
        siblings = top if outer is None else by_path[outer].setdefault("fields", [])
        siblings.append(stated)
        by_path.setdefault(field.path, stated)
    _put_in_order(top, by_path.values())
    return top


def _outer(path: str, known: dict[str, dict[str, Any]]) -> str | None:
    """Return the longest path of a field that this one lies in; None at the top."""
    outer = path.rpartition(".")[0]
    while outer and outer not in known:
        outer = outer.rpartition(".")[0]
    return outer or None


def _put_in_order(top: list[dict[str, Any]], holders: Iterable[dict[str, Any]]) -> None:
    for siblings in (top, *(holder.get("fields", []) for holder in holders)):
        siblings.sort(key=lambda field: field["ordinal_position"])


def _order(field: SchemaField) -> tuple[str, str, int, str]:
    return field.node_id, field.path, field.ordinal, field.type or ""
