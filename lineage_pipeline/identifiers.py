"""Node identifiers: one string for each dataset, field, job, run, model, version and deployment.

`dataset:{namespace}:{name}` and its siblings are read from the right end: in every part after the
namespace `:` and `%` are percent-encoded, the namespace keeps its own colons.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lineage_pipeline.errors import ConfigError

PARTS_AFTER_NAMESPACE: Final = {
    "dataset": 1,
    "datasetField": 2,
    "job": 1,
    "model": 1,
    "modelVersion": 2,
    "deployment": 1,
}


class Node(NamedTuple):
    """A node identifier taken apart: its kind, its namespace and the decoded parts after it."""

    kind: str
    namespace: str
    parts: tuple[str, ...]


def encode_part(part: str) -> str:
    """Return `part` with `%` and `:` percent-encoded, as it stands behind the namespace."""
    return part.replace("%", "%25").replace(":", "%3A")


def decode_part(part: str) -> str:
    """Return what `encode_part` was given."""
    return part.replace("%3A", ":").replace("%25", "%")


def node_id(kind: str, namespace: str, *parts: str) -> str:
    """Return the identifier of a node.

    Args:
        kind: one of `PARTS_AFTER_NAMESPACE`.
        namespace: the OpenLineage namespace, registry or platform, as the producer wrote it.
        parts: what follows the namespace: a name; a name and a field; a name and a version.

    Raises:
        ConfigError: the kind is unknown or the number of parts is not the kind's.
    """
    _check(kind, len(parts), ":".join((kind, namespace, *parts)))
    return ":".join((kind, namespace, *map(encode_part, parts)))


def parse_node_id(identifier: str) -> Node:
    """Return the parts of a node identifier, decoded.

    Raises:
        ConfigError: the identifier has no known kind or too few parts.
    """
    kind, _, rest = identifier.partition(":")
    if kind == "run":
        return Node("run", "", (rest,))
    wanted = PARTS_AFTER_NAMESPACE.get(kind, 1)
    pieces = rest.rsplit(":", wanted)
    _check(kind, len(pieces) - 1, identifier)
    return Node(kind, pieces[0], tuple(map(decode_part, pieces[1:])))


def model_of(identifier: str) -> str | None:
    """Return the model, whether the node is one or a version of one; None for other nodes."""
    kind, _, rest = identifier.partition(":")
    if kind == "modelVersion":
        return f"model:{rest.rpartition(':')[0]}"
    return identifier if kind == "model" else None


def _check(kind: str, parts: int, identifier: str) -> None:
    wanted = PARTS_AFTER_NAMESPACE.get(kind)
    if wanted == parts:
        return
    known = ", ".join(sorted(PARTS_AFTER_NAMESPACE))
    problem = f"kind {kind!r} is none of {known}" if wanted is None else f"{kind} takes {wanted}"
    raise ConfigError(
        f"node identifier {identifier!r}: {problem}; "
        f"write it like dataset:postgres://host:5432:db.schema.table"
    )
