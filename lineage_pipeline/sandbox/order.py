"""Does a query's answer hang on the order in which rows happen to lie? A rebuild may change that.

What no syntax tells stays open: rows that are alike in all that an order names, the larger of two
equals in `arg_max`, the last digits of a sum of floats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

AGGREGATES: Final = frozenset(
    {
        *("any_value", "approx_quantile", "approx_top_k", "arbitrary", "array_agg", "first"),
        *("group_concat", "last", "list", "listagg", "lttb", "mode", "string_agg"),
    }
)
"""Aggregates that need an order of their own: `list(x order by x)`."""


def unordered(found: Any) -> str | None:
    """Return what in a query's tree needs an order and has none, in words; None if nothing does."""
    if isinstance(found, dict):
        return _unordered_node(found) or unordered(list(found.values()))
    if isinstance(found, list):
        return next(filter(None, map(unordered, found)), None)
    return None


def _unordered_node(node: Mapping[str, Any]) -> str | None:
    modifiers = {modifier["type"]: modifier for modifier in node.get("modifiers", ())}
    if "ORDER_MODIFIER" not in modifiers:
        if any(kind.startswith("LIMIT") for kind in modifiers):
            return "limit and offset need an order by"
        if modifiers.get("DISTINCT_MODIFIER", {}).get("distinct_on_targets"):
            return "distinct on needs an order by"
    if node.get("ref_type") == "POSITIONAL":
        return "a positional join goes by where rows lie"
    name = str(node.get("function_name", "")).lower()
    if node.get("class") == "FUNCTION" and name in AGGREGATES and not node["order_bys"]["orders"]:
        return f"{name} needs an order: {name}(… order by …)"
    if node.get("class") == "WINDOW" and not node["orders"] and not node["arg_orders"]:
        is_aggregate = node["type"] == "WINDOW_AGGREGATE"
        goes_by_rows = node["start"].endswith("_ROWS") or node["end"].endswith("_ROWS")
        if not is_aggregate or name in AGGREGATES or goes_by_rows:
            return f"{name} needs an order: over (order by …)"
    return None
