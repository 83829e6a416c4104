"""What the events of an export state: each job's edges, cut into pieces that one event can say.

A run says what all its outputs rest on in one way, and of a model it can name one version; so each
piece has one job, one target, one way, and each model among its sources once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from lineage_pipeline.identifiers import model_of, parse_node_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from lineage_pipeline.exports.subgraph import ColumnFlow, Subgraph, SubgraphEdge

Way: TypeAlias = Literal["explicit", "column", "plain"]
Ends: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """Edges of one job into one target that are stated in one way, with the columns behind them.

    `edges` also hold the one from a target that is a model version to its model, which the version
    implies. `moments` are the times at which events are due, the last one ending the run.
    """

    job_node_id: str
    target_node_id: str
    way: Way
    is_by_run: bool
    edges: tuple[SubgraphEdge, ...]
    columns: tuple[ColumnFlow, ...]
    moments: tuple[datetime, ...]
    number: int

    def stated_at(self, moment: datetime) -> tuple[SubgraphEdge, ...]:
        """Return the edges that hold at the moment: events of one run add up."""
        return tuple(edge for edge in self.edges if edge.valid_from_at <= moment)


def statements(subgraph: Subgraph) -> tuple[Statement, ...]:
    """Return every statement that the subgraph's edges need, job by job.

    The last event of all statements of a job is at one and the same time, since a later run that
    writes the same target without a source would end the edge from that source.
    """
    columns: defaultdict[Ends, list[ColumnFlow]] = defaultdict(list)
    for flow in subgraph.columns:
        columns[flow.source_node_id, flow.target_node_id, flow.job_node_id].append(flow)
    by_job: defaultdict[str, list[SubgraphEdge]] = defaultdict(list)
    for edge in subgraph.edges:
        by_job[edge.job_node_id].append(edge)
    found: list[Statement] = []
    for job in sorted(by_job):
        found.extend(_of_job(job, by_job[job], columns))
    return tuple(found)


def _of_job(
    job: str, edges: Sequence[SubgraphEdge], columns: Mapping[Ends, Sequence[ColumnFlow]]
) -> Iterator[Statement]:
    moments = sorted({edge.valid_from_at for edge in edges})
    pieces = _pieces(edges, columns)
    for number, ((target, way, is_by_run, _), piece) in enumerate(sorted(pieces.items())):
        own = {edge.valid_from_at for edge in piece} | {moments[-1]}
        yield Statement(
            job_node_id=job,
            target_node_id=target,
            way=way,
            is_by_run=is_by_run,
            edges=tuple(piece),
            columns=tuple(flow for edge in piece for flow in columns.get(_ends(edge), ())),
            # A job event ends what the job's earlier ones state, so each is stated again.
            moments=tuple(sorted(own)) if is_by_run else tuple(m for m in moments if m >= min(own)),
            number=number,
        )


def _pieces(
    edges: Sequence[SubgraphEdge], columns: Mapping[Ends, Sequence[ColumnFlow]]
) -> dict[tuple[str, Way, bool, int], list[SubgraphEdge]]:
    pieces: defaultdict[tuple[str, Way, bool, int], list[SubgraphEdge]] = defaultdict(list)
    versions: defaultdict[tuple[str, Way, bool, str], int] = defaultdict(int)
    implied = {edge for edge in edges if _is_implied(edge)}
    # Of two bodies of column lineage on one target the later one counts, so there must be one.
    run_columns = {
        edge.target_node_id
        for edge in edges
        if edge.run_count > 0 and _way(edge, columns) == "column"
    }
    for edge in sorted(edges, key=lambda edge: edge.source_node_id):
        if edge in implied:
            continue
        way = _way(edge, columns)
        is_by_run = edge.run_count > 0 or (way == "column" and edge.target_node_id in run_columns)
        kind = (edge.target_node_id, way, is_by_run)
        place = 0
        if model := model_of(edge.source_node_id):
            place = versions[*kind, model]
            versions[*kind, model] += 1
        pieces[*kind, place].append(edge)
    for edge in sorted(implied, key=lambda edge: edge.source_node_id):
        written = next((piece for piece in pieces if piece[0] == edge.source_node_id), None)
        pieces[written or (edge.source_node_id, "plain", edge.run_count > 0, 0)].append(edge)
    return pieces


def _way(edge: SubgraphEdge, columns: Mapping[Ends, Sequence[ColumnFlow]]) -> Way:
    """Return how the edge is to be said: never as more than it rests on.

    What was inferred from SQL text is nobody's statement, and a column edge whose columns no
    longer hold has nothing to be stated by; both are said as inputs and outputs alone.
    """
    if edge.basis == "explicit":
        return "explicit"
    if edge.basis in ("column", "deployment") and columns.get(_ends(edge)):
        return "column"
    return "plain"


def _is_implied(edge: SubgraphEdge) -> bool:
    """Return whether the edge leads from a version to its own model."""
    if not edge.source_node_id.startswith("modelVersion:"):
        return False
    version = parse_node_id(edge.source_node_id)
    target = parse_node_id(edge.target_node_id)
    return target == ("model", version.namespace, version.parts[:1])


def _ends(edge: SubgraphEdge) -> Ends:
    return (edge.source_node_id, edge.target_node_id, edge.job_node_id)
