"""Which version of a model is meant: `MODEL@VERSION`, or its identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from lineage_pipeline.warehouse.query import Warehouse


class ModelVersion(NamedTuple):
    """A version of a model.

    Attributes:
        node_id: its identifier.
        model_node_id: that of its model.
        model: the name of its model.
        version: how its registry calls it.
        is_registered: whether a registry holds it, or ever did; others are only spoken of.
    """

    node_id: str
    model_node_id: str
    model: str
    version: str
    is_registered: bool


def find_version(warehouse: Warehouse, asked: str) -> ModelVersion:
    """Return the one version that a name or an identifier means.

    Raises:
        ConfigError: none, or versions of several registries; the error names the candidates.
    """
    rows = warehouse.ask("model_version", asked=asked).rows
    meant = [ModelVersion(*row[:5]) for row in rows if row[5]]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise ConfigError(
            f"{asked}: means {len(meant)} versions: {', '.join(one.node_id for one in meant)}; "
            f"name one by its identifier"
        )
    near = [f"{row[2]}@{row[3]}" for row in rows[:3]]
    hint = f"did you mean {', '.join(near)}?" if near else "write MODEL@VERSION"
    raise ConfigError(f"{asked}: no registry holds such a version, and nothing tells of it; {hint}")
