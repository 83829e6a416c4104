"""The facets that exported events carry, each as the specification has it.

Source: OpenLineage ColumnLineageDatasetFacet 1-2-0, LineageFacet 1-0-0, TagsDatasetFacet 1-0-0,
TagsJobFacet 1-0-0, SchemaDatasetFacet 1-2-0, DatasetTypeDatasetFacet 1-0-1,
DatasetVersionDatasetFacet 1-0-1.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from lineage_pipeline import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lineage_pipeline.exports.subgraph import ColumnFlow, NodeTag

Body: TypeAlias = dict[str, Any]

PRODUCER: Final = f"urn:lineage-pipeline:{__version__}"
_SPEC: Final = "https://openlineage.io/spec/facets"


def dataset_type(text: str) -> Body:
    """Return the body of `datasetType`."""
    return _facet("1-0-1/DatasetTypeDatasetFacet.json", {"datasetType": text})


def dataset_version(text: str) -> Body:
    """Return the body of `version`."""
    return _facet("1-0-1/DatasetVersionDatasetFacet.json", {"datasetVersion": text})


def schema(fields: Sequence[Body]) -> Body:
    """Return the body of `schema`: the fields, each with those inside it."""
    return _facet("1-2-0/SchemaDatasetFacet.json", {"fields": list(fields)})


def stage_tag(stage: str, rule: str) -> Body:
    """Return the tag that states the stage, and by which rule it was found."""
    return {"key": "lineage.stage", "value": stage, "source": f"lineage-pipeline:{rule}"}


def tag(stated: NodeTag) -> Body:
    """Return a tag as it was stated."""
    said = {
        "key": stated.key, "value": stated.value, "source": stated.source, "field": stated.field,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value is not None}


def tags(told: Sequence[Body], holder: str) -> Body:
    """Return the body of `tags` of a holder: `Dataset` or `Job`."""
    return _facet(f"1-0-0/Tags{holder}Facet.json", {"tags": list(told)})


def column_lineage(flows: Iterable[ColumnFlow], name: Callable[[str], Body]) -> Body:
    """Return the body of `columnLineage` on the target of all the flows.

    Args:
        flows: what flows into the target.
        name: names the dataset of a node.
    """
    by_target = _by_target(flows)
    fields = {
        field: {"inputFields": _inputs(into, name)}
        for field, into in by_target.items()
        if field is not None
    }
    whole = by_target.get(None)
    wide = {"dataset": _inputs(whole, name)} if whole else {}
    return _facet("1-2-0/ColumnLineageDatasetFacet.json", {"fields": fields} | wide)


def lineage(
    target: Body, sources: Sequence[Body], flows: Iterable[ColumnFlow], name: Callable[[str], Body]
) -> Body:
    """Return the body of the job's `lineage`: one target, its sources, and fields where known."""
    entry = target | {"type": "DATASET"} | _sources(sources, flows, name)
    return _facet("1-0-0/LineageFacet.json", {"entries": [entry]}, "LineageJobFacet")


def own_lineage(
    sources: Sequence[Body], flows: Iterable[ColumnFlow], name: Callable[[str], Body]
) -> Body:
    """Return the body of a dataset's own `lineage`: its sources, and fields where known."""
    body = _sources(sources, flows, name)
    return _facet("1-0-0/LineageFacet.json", body, "LineageDatasetFacet")


def _sources(
    sources: Sequence[Body], flows: Iterable[ColumnFlow], name: Callable[[str], Body]
) -> Body:
    kind = {"type": "DATASET"}
    by_target = _by_target(flows)
    fields = {
        field: {"inputs": [source | kind for source in _inputs(into, name)]}
        for field, into in by_target.items()
        if field is not None
    }
    whole = [source | kind for source in _inputs(by_target.get(None, []), name)]
    inputs = {"inputs": [source | kind for source in sources] + whole}
    return inputs | ({"fields": fields} if fields else {})


def _facet(schema: str, body: Body, definition: str = "") -> Body:
    name = definition or schema.rpartition("/")[2].removesuffix(".json")
    return {"_producer": PRODUCER, "_schemaURL": f"{_SPEC}/{schema}#/$defs/{name}"} | body


def _by_target(flows: Iterable[ColumnFlow]) -> dict[str | None, list[ColumnFlow]]:
    found: defaultdict[str | None, list[ColumnFlow]] = defaultdict(list)
    for flow in flows:
        found[flow.target_field].append(flow)
    return found


def _inputs(flows: Sequence[ColumnFlow], name: Callable[[str], Body]) -> list[Body]:
    """Return one input for each source field or whole source, all its transformations in it.

    A flow of which nobody said how it transforms is an input of its own.
    """
    found: dict[tuple[str, str | None, bool], Body] = {}
    for flow in flows:
        is_said = flow.transformation_type is not None
        key = (flow.source_node_id, flow.source_field, is_said)
        field = {} if flow.source_field is None else {"field": flow.source_field}
        body = found.setdefault(key, name(flow.source_node_id) | field)
        if is_said:
            body.setdefault("transformations", []).append(_transformation(flow))
    return list(found.values())


def _transformation(flow: ColumnFlow) -> Body:
    said = {
        "type": flow.transformation_type,
        "subtype": flow.transformation_subtype,
        "masking": flow.is_masking,
    }
    return {key: value for key, value in said.items() if value is not None}
