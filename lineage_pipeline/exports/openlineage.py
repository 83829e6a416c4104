"""OpenLineage events that state the subgraph: scanned into an empty workspace, they make it again.

They are statements of an export, not a copy of what producers sent: runs have ids of their own,
and of each edge its ends, its job, its basis and the time from which it holds come back, of each
tag what it says, and who states it where that is a job of one of the edges, or no job. The fields
of a schema come back as what the dataset says of itself. An export is of one time: how an edge is
known then, and by which columns, it says from the beginning of the edge on.

Nothing is said as more than it rests on: what was inferred, and columns that no longer hold, leave
as inputs and outputs. Two versions of one model in one flow come back only where a reader tells the
version that was read from the one that was written. A version is called by the name of its model
and a facet, so that with one its model comes back too, and a `registry` edge from the version to
the model, also where the subgraph has neither. A reader of any events makes them likewise.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.exports import facet_bodies
from lineage_pipeline.exports.facet_bodies import PRODUCER, Body
from lineage_pipeline.exports.node_schemas import NodeSchemas
from lineage_pipeline.exports.node_tags import NodeTags
from lineage_pipeline.exports.statement import Statement, statements
from lineage_pipeline.exports.subgraph import instant_text
from lineage_pipeline.identifiers import parse_node_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lineage_pipeline.exports.subgraph import ColumnFlow, NodeTag, Subgraph, SubgraphNode

_SCHEMA: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
OWN_JOB: Final = {"namespace": "lineage-pipeline", "name": "export"}
"""The job of what no job states: an edge without one, a model version that nothing leads to."""

# What these rules go by is in the names and types that the events carry anyway.
_TOLD_BY_NAME: Final = frozenset({"dataset_type", "namespace", "name", "none"})


class _Known(NamedTuple):
    """What the facets of a node say of it, besides where it comes from."""

    nodes: Mapping[str, SubgraphNode]
    tags: NodeTags
    schemas: NodeSchemas


def openlineage(subgraph: Subgraph) -> str:
    """Return the events as NDJSON, the earliest first."""
    nodes = {node.node_id: node for node in subgraph.nodes}
    known = _Known(nodes, NodeTags(subgraph), NodeSchemas(subgraph))
    events = [event for statement in statements(subgraph) for event in _events_of(statement, known)]
    events += _events_of_the_rest(subgraph, known)
    events += _events_of_descriptions(known)
    events.sort(key=lambda event: (event["eventTime"], "run" in event))
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def _events_of(statement: Statement, known: _Known) -> Iterator[Body]:
    own_job = statement.job_node_id
    for moment in statement.moments:
        edges = statement.stated_at(moment)
        if not edges:
            continue
        target_id = statement.target_node_id
        sources = [edge.source_node_id for edge in edges if edge.target_node_id == target_id]
        read = set(sources)
        flows = [flow for flow in statement.columns if flow.source_node_id in read]
        if not own_job and statement.way != "plain":
            dataset = _described(target_id, known, moment)
            dataset.setdefault("facets", {}).update(_stated_by_dataset(statement, sources, flows))
            yield _timed(moment, "DatasetEvent") | {"dataset": dataset}
            continue
        tags = known.tags.stated_by(own_job, None if statement.moments[-1] == moment else moment)
        output = _dataset(target_id, known, tags(target_id))
        job = _job(own_job, tags(own_job))
        if statement.way == "column" and flows:
            facet = facet_bodies.column_lineage(flows, _reference)
            output.setdefault("facets", {})["columnLineage"] = facet
        if statement.way == "explicit":
            named = list(map(_reference, sources))
            facet = facet_bodies.lineage(_reference(target_id), named, flows, _reference)
            job.setdefault("facets", {})["lineage"] = facet
        yield _timed(moment, "RunEvent" if statement.is_by_run else "JobEvent") | {
            **_run(statement, is_last=moment == statement.moments[-1]),
            "job": job,
            "inputs": [_dataset(source, known, tags(source)) for source in sources],
            "outputs": [output],
        }


def _stated_by_dataset(
    statement: Statement, sources: Sequence[str], flows: Sequence[ColumnFlow]
) -> Body:
    """Return the facet in which a dataset states its own sources."""
    if statement.way == "column":
        return {"columnLineage": facet_bodies.column_lineage(flows, _reference)}
    named = list(map(_reference, sources))
    return {"lineage": facet_bodies.own_lineage(named, flows, _reference)}


def _run(statement: Statement, *, is_last: bool) -> Body:
    if not statement.is_by_run:
        return {}
    name = f"{statement.job_node_id}\n{statement.target_node_id}\n{statement.number}"
    run_id = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return {"eventType": "COMPLETE" if is_last else "RUNNING", "run": {"runId": run_id}}


def _events_of_descriptions(known: _Known) -> Iterator[Body]:
    """Yield an event for each node and moment whose schema or tags no event of a job carries."""
    for node_id, moment in sorted(known.tags.moments() | known.schemas.moments()):
        if node_id.startswith("job:"):
            told = known.tags.held(node_id, "", moment)
            yield _timed(moment, "JobEvent") | {"job": _job(node_id, told)}
        else:
            dataset = _described(node_id, known, moment)
            yield _timed(moment, "DatasetEvent") | {"dataset": dataset}


def _events_of_the_rest(subgraph: Subgraph, known: _Known) -> Iterator[Body]:
    """Yield an event for each node that no edge names."""
    joined = {edge.source_node_id for edge in subgraph.edges}
    joined |= {edge.target_node_id for edge in subgraph.edges}
    for node in subgraph.nodes:
        if node.node_id in joined:
            continue
        moment = node.last_seen_at or _EPOCH
        if node.kind == "job":
            yield _timed(moment, "JobEvent") | {"job": _job(node.node_id)}
        elif node.kind == "modelVersion":
            version = _dataset(node.node_id, known)
            yield _timed(moment, "JobEvent") | {"job": _job(""), "inputs": [version]}
        else:
            dataset = _described(node.node_id, known, moment)
            yield _timed(moment, "DatasetEvent") | {"dataset": dataset}


def _timed(moment: datetime, kind: str) -> Body:
    time = instant_text(moment)
    return {"eventTime": time, "producer": PRODUCER, "schemaURL": f"{_SCHEMA}{kind}"}


def _described(node_id: str, known: _Known, moment: datetime) -> Body:
    """Return the dataset of a dataset event: with all that it says of itself by the moment.

    A tag that its next event left out would end.
    """
    dataset = _dataset(node_id, known, known.tags.held(node_id, "", moment))
    if fields := known.schemas.held(node_id, moment):
        dataset.setdefault("facets", {})["schema"] = facet_bodies.schema(fields)
    return dataset


def _dataset(node_id: str, known: _Known, stated: Iterable[NodeTag] = ()) -> Body:
    """Return the node as a dataset of an event, with the facets that make it this node again."""
    node = parse_node_id(node_id)
    facets: dict[str, Any] = {}
    if node.kind in ("model", "modelVersion"):
        facets["datasetType"] = facet_bodies.dataset_type("MODEL")
    if node.kind == "modelVersion":
        facets["version"] = facet_bodies.dataset_version(node.parts[1])
    tags = list(map(facet_bodies.tag, stated))
    described = known.nodes.get(node_id)
    if (
        described is not None
        and described.stage_rule not in _TOLD_BY_NAME
        and not (described.stage_rule == "tag" and known.tags.states_stage(node_id))
    ):
        tags.append(facet_bodies.stage_tag(described.stage, described.stage_rule))
    if tags:
        facets["tags"] = facet_bodies.tags(tags, "Dataset")
    return _reference(node_id) | ({"facets": facets} if facets else {})


def _reference(node_id: str) -> Body:
    """Return the namespace and the name under which events call the node."""
    node = parse_node_id(node_id)
    # The folder is what tells a model by its name, and what is left out of its identifier.
    folder = "models/" if node.kind in ("model", "modelVersion") else ""
    return {"namespace": node.namespace, "name": f"{folder}{node.parts[0]}"}


def _job(node_id: str, stated: Iterable[NodeTag] = ()) -> Body:
    job = _reference(node_id) if node_id else dict(OWN_JOB)
    tags = list(map(facet_bodies.tag, stated))
    return job | ({"facets": {"tags": facet_bodies.tags(tags, "Job")}} if tags else {})
