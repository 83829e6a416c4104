"""Questions whose answer is a part of the graph: asked of the warehouse, answered as plain data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

from lineage_pipeline.exports.subgraph import (
    ColumnFlow,
    NodeTag,
    SchemaField,
    Subgraph,
    SubgraphEdge,
    SubgraphNode,
)
from lineage_pipeline.identifiers import encode_part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    import pyarrow as pa

    from lineage_pipeline.warehouse.query import Answer, Warehouse


@dataclass(frozen=True, slots=True)
class Closure:
    """A question: everything up- or downstream of a node, or of one of its fields.

    `is_direct` counts for fields alone: only where values go, not what they steer. `is_of_jobs`
    asks for the jobs that move the data of a node.
    """

    direction: str
    node: str
    max_depth: int | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    field: str | None = None
    is_direct: bool = False
    is_of_jobs: bool = False

    @property
    def clocks(self) -> dict[str, datetime | None]:
        """Return the two clocks by name."""
        return {"as_of": self.as_of, "known_at": self.known_at}


@dataclass(frozen=True, slots=True)
class TagQuestion:
    """A question: which tags reach a field, or a node as a whole, and on which ways.

    `tag` keeps to one key or category; `include_indirect` also follows what only steers values.
    """

    node: str
    field: str | None = None
    tag: str | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    include_indirect: bool = False


def tag_proof(warehouse: Warehouse, asked: TagQuestion) -> pa.Table:
    """Return the rows of `lineage.tag_path`: each tag with its steps from where it is declared.

    Raises:
        UnknownNodeError: there is no such node.
        UnknownFieldError: it never had such a field.
    """
    warehouse.require_node(asked.node)
    if asked.field is not None:
        warehouse.require_field(asked.node, asked.field)
    return warehouse.table("tag_path", **asdict(asked))


def classified_fields(warehouse: Warehouse, asked: TagQuestion) -> list[str]:
    """Return the fields of the node that tags reach, whatever field is asked about."""
    given = {name: value for name, value in asdict(asked).items() if name != "field"}
    return [field for (field,) in warehouse.ask("classified_fields", **given).rows]


def reached(warehouse: Warehouse, asked: Closure) -> Answer:
    """Return the rows of `lineage.upstream` and its siblings.

    Raises:
        UnknownNodeError: there is no such node.
        UnknownFieldError: it never had such a field, nor one inside or around it.
    """
    warehouse.require_node(asked.node, asked.known_at)
    given = {"node": asked.node, "max_depth": asked.max_depth} | asked.clocks
    if asked.field is None:
        answer = warehouse.ask(f"{asked.direction}{'_jobs' * asked.is_of_jobs}", **given)
    else:
        warehouse.require_field(asked.node, asked.field, or_overlapping=True)
        answer = warehouse.ask(
            f"column_{asked.direction}",
            field=asked.field,
            include_indirect=not asked.is_direct,
            **given,
        )
    return _walked(warehouse, asked) if _is_cut_short(answer, asked.max_depth) else answer


def _is_cut_short(answer: Answer, depth: int | None) -> bool:
    """Tell whether SQL stopped to walk before the depth that was asked for."""
    places = {column: place for place, column in enumerate(answer.columns)}
    deepest = max((row[places["depth"]] for row in answer.rows), default=0)
    return any(row[places["is_cut"]] for row in answer.rows) and (depth is None or deepest < depth)


def _walked(warehouse: Warehouse, asked: Closure) -> Answer:
    """Return the same answer from the graph in memory, which walks as deep as it goes."""
    from lineage_pipeline.graph.columns import open_column_graph
    from lineage_pipeline.graph.graph import open_graph
    from lineage_pipeline.warehouse.query import Answer

    if asked.field is not None:
        columns = open_column_graph(warehouse, asked.as_of, asked.known_at)
        ask = columns.upstream if asked.direction == "upstream" else columns.downstream
        frame = ask(asked.node, asked.field, asked.max_depth, include_indirect=not asked.is_direct)
    else:
        graph = open_graph(warehouse, asked.as_of, asked.known_at)
        way = f"{asked.direction}{'_jobs' * asked.is_of_jobs}"
        frame = getattr(graph, way)(asked.node, asked.max_depth)
    return Answer(tuple(frame.columns), frame.rows())


def subgraph(warehouse: Warehouse, asked: Closure) -> Subgraph:
    """Return the nodes that the closure reaches and everything that holds between them.

    Where a field is asked, `columns` are the flows between the fields that it reaches, and edges
    are those that such a flow stands behind. Of a job, both ends of what it moves belong to it: its
    edges are what it is seen by.
    """
    rows = _rows(reached(warehouse, asked))
    depths: dict[str, int] = {}
    for row in rows:
        depths[row["node_id"]] = min(row["depth"], depths.get(row["node_id"], row["depth"]))
    for node_id in _moved(warehouse, asked, rows):
        depths.setdefault(node_id, 0)
    found = between(warehouse, depths, asked.as_of, asked.known_at)
    columns = [flow for flow in found.columns if not (asked.is_direct and _is_indirect(flow))]
    edges = list(found.edges)
    if asked.field is not None:
        fields = {(row["node_id"], row["field"]) for row in rows}
        columns = [flow for flow in columns if _is_between(flow, fields)]
        behind = {(c.source_node_id, c.target_node_id, c.job_node_id) for c in columns}
        edges = [e for e in edges if (e.source_node_id, e.target_node_id, e.job_node_id) in behind]
    return replace(found, edges=tuple(edges), columns=tuple(columns), direction=asked.direction)


def _moved(warehouse: Warehouse, asked: Closure, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the ends of the edges of the job that is asked for, if it is one and they are near."""
    jobs = [row["node_id"] for row in rows if row["depth"] == 0 and row.get("kind") == "job"]
    if asked.is_of_jobs or asked.max_depth == 0:
        return []
    ends = (warehouse.ask("moved_by", job=job, **asked.clocks).rows for job in jobs)
    return [node_id for found in ends for (node_id,) in found]


def between(
    warehouse: Warehouse,
    depths: Mapping[str, int],
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Subgraph:
    """Return some nodes and every flow that holds between them, also between their columns.

    Args:
        warehouse: where.
        depths: the nodes, each with its distance from what was asked.
        as_of: what was true then; None for now.
        known_at: what we had been told then; None for now.
    """
    given: dict[str, Any] = {"nodes": list(depths)}
    clocks = {"as_of": as_of, "known_at": known_at}
    nodes = _rows(warehouse.ask("subgraph_nodes", **given, known_at=known_at))
    edges = _rows(warehouse.ask("subgraph", **given, **clocks))
    columns = _rows(warehouse.ask("subgraph_columns", **given, **clocks))
    tagged = [*depths, *sorted({row["job_node_id"] for row in edges})]
    tags = _rows(warehouse.ask("subgraph_tags", nodes=tagged, **clocks))
    fields = _rows(warehouse.ask("subgraph_fields", **given, **clocks))
    return Subgraph(
        nodes=tuple(SubgraphNode(depth=depths[row["node_id"]], **row) for row in nodes),
        edges=tuple(SubgraphEdge(**row) for row in edges),
        columns=tuple(map(_flow, columns)),
        tags=tuple(NodeTag(**row) for row in tags),
        schema=tuple(SchemaField(**row) for row in fields),
        as_of=as_of,
        known_at=known_at,
    )


def field_subgraph(warehouse: Warehouse, asked: Closure) -> Subgraph:
    """Return the fields that the closure of a field reaches, as nodes, and the flows between them.

    What a whole dataset depends on leads to each of its fields that the closure reaches. A node
    that a field is made of, nobody says of which of its fields, stands there as itself.
    """
    rows = _rows(reached(warehouse, asked))
    node_ids = sorted({row["node_id"] for row in rows})
    told = warehouse.ask("subgraph_nodes", nodes=node_ids, known_at=asked.known_at)
    described = {row["node_id"]: row for row in _rows(told)}
    fields: defaultdict[str, list[str | None]] = defaultdict(list)
    for row in rows:
        fields[row["node_id"]].append(row["field"])
    edges = {
        edge
        for row in _column_rows(warehouse, asked, node_ids)
        for edge in _field_edges(row, fields)
    }
    return Subgraph(
        nodes=tuple(
            _field_node(row, SubgraphNode(depth=row["depth"], **described[row["node_id"]]))
            for row in rows
        ),
        edges=tuple(sorted(edges, key=_edge_key)),
        direction=asked.direction,
        as_of=asked.as_of,
        known_at=asked.known_at,
    )


def _field_node(row: Mapping[str, Any], holder: SubgraphNode) -> SubgraphNode:
    if row["field"] is None:
        return replace(holder, is_masked=row["is_masked"])
    return replace(
        holder,
        node_id=field_node_id(row["node_id"], row["field"]),
        kind="datasetField",
        field=row["field"],
        is_masked=row["is_masked"],
    )


def field_node_id(node_id: str, field: str | None) -> str:
    """Return the identifier of a field; of what is no dataset, its own with the field behind.

    Without a field it is that of the node.
    """
    if field is None:
        return node_id
    kind, _, rest = node_id.partition(":")
    return f"{'datasetField' if kind == 'dataset' else kind}:{rest}:{encode_part(field)}"


def _column_rows(
    warehouse: Warehouse, asked: Closure, node_ids: Sequence[str]
) -> list[dict[str, Any]]:
    rows = _rows(warehouse.ask("subgraph_columns", nodes=node_ids, **asked.clocks))
    return [
        row for row in rows if not (asked.is_direct and row["transformation_type"] == "INDIRECT")
    ]


def _flow(row: Mapping[str, Any]) -> ColumnFlow:
    left_out = ("basis", "valid_from_at", "valid_to_at")
    return ColumnFlow(**{key: value for key, value in row.items() if key not in left_out})


def _is_indirect(flow: ColumnFlow) -> bool:
    return flow.transformation_type == "INDIRECT"


def _is_between(flow: ColumnFlow, fields: set[tuple[str, str | None]]) -> bool:
    source = (flow.source_node_id, flow.source_field)
    target = (flow.target_node_id, flow.target_field)
    return (flow.source_field is None or source in fields) and (
        flow.target_field is None or target in fields
    )


def _field_edges(
    row: Mapping[str, Any], fields: Mapping[str, Sequence[str | None]]
) -> Iterator[SubgraphEdge]:
    read, known = fields.get(row["source_node_id"], ()), fields.get(row["target_node_id"], ())
    # Upstream the node as a whole is reached and stands for its fields; downstream they do for it.
    is_wide = row["source_field"] is None and None not in read
    sources = read if is_wide else (row["source_field"],)
    targets = known if row["target_field"] is None else (row["target_field"],)
    for source, field in product(sources, targets):
        if source in read and field in known:
            yield SubgraphEdge(
                source_node_id=field_node_id(row["source_node_id"], source),
                target_node_id=field_node_id(row["target_node_id"], field),
                job_node_id=row["job_node_id"],
                basis=row["basis"],
                run_count=0,
                valid_from_at=row["valid_from_at"],
                valid_to_at=row["valid_to_at"],
            )


def _edge_key(edge: SubgraphEdge) -> tuple[str, str, str, str]:
    ends = (edge.source_node_id, edge.target_node_id, edge.job_node_id)
    return (*ends, str(edge.valid_from_at))


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
