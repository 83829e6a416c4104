"""Datasets whose bytes are another's as well: one lies in the other, or both in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lineage_pipeline.disposal.stores.opening import Stores
    from lineage_pipeline.warehouse.query import Warehouse


def shared_with(
    warehouse: Warehouse, stores: Stores, objects: Collection[str], as_of: datetime
) -> dict[str, str]:
    """Return, of objects that lie in stores of the settings, why each may not go alone.

    Args:
        warehouse: what is kept.
        stores: where objects lie.
        objects: those that are to go.
        as_of: the instant that rules and holds are judged at.
    """
    if not stores.namespaces or not objects:
        return {}
    given = {"objects": sorted(objects), "namespaces": stores.namespaces, "as_of": as_of}
    return {
        object_id: f"its bytes are also those of {other}, which is not to go; people decide"
        for object_id, other in warehouse.ask("sharing", **given).rows
    }
