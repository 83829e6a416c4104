"""OpenLineage events and facets as plain dicts, from the few words that a test is about.

`make_event(run="r1", job="load", type="COMPLETE", at=1, inputs=["raw"])` is a whole event. A
dataset is its name, `namespace|name`, or a dict whose keys other than `name` are facets in the
short forms of `FACETS`, or whole bodies without `_producer` and `_schemaURL`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Body = dict[str, Any]

NAMESPACE: Final = "db"
PRODUCER: Final = "https://example.com/producer/1.0"
SCHEMA_URL: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json"


def run_uuid(name: str) -> str:
    """Return the UUID that stands for the run called `name`, the same in every test."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def at_hour(at: str | int) -> str:
    """Return the time; a number is an hour of the first day of 2026."""
    return f"2026-01-01T{at:02}:00Z" if isinstance(at, int) else at


def make_event(
    *,
    run: str | None = None,
    job: str | None = "job",
    type: str | None = None,  # noqa: A002 - short for eventType
    at: str | int = 12,
    inputs: Sequence[str | Body] | None = None,
    outputs: Sequence[str | Body] | None = None,
    dataset: str | Body | None = None,
    run_facets: Body | None = None,
    job_facets: Body | None = None,
    **rest: Any,
) -> Body:
    """Return a run event; without `run` a job event; with `dataset` a dataset event.

    Args:
        run: the run's id.
        job: the job's name, `namespace|name` where the namespace is not `db`.
        type: START, RUNNING, COMPLETE, ABORT, FAIL or OTHER.
        at: the event's time, or the hour of the day that tests live in.
        inputs: what it reads.
        outputs: what it writes.
        dataset: what it is about.
        run_facets: the run's facets, in short forms.
        job_facets: the job's facets, in short forms.
        rest: keys of the event, as they are; None leaves a key out.
    """
    event: Body = {"eventTime": at_hour(at), "producer": PRODUCER, "schemaURL": SCHEMA_URL}
    if type is not None:
        event["eventType"] = type
    if dataset is not None:
        event["dataset"] = make_dataset(dataset)
    else:
        event["job"] = _named(job or "job") | make_facets(job_facets)
    if run is not None:
        event["run"] = {"runId": run} | make_facets(run_facets)
    for direction, datasets in (("inputs", inputs), ("outputs", outputs)):
        if datasets is not None:
            event[direction] = [make_dataset(dataset) for dataset in datasets]
    event |= rest
    return {key: value for key, value in event.items() if value is not None}


def make_dataset(dataset: str | Body) -> Body:
    """Return a dataset with its facets; statistics go where the specification puts them."""
    if isinstance(dataset, str):
        return _named(dataset)
    facets = {key: value for key, value in dataset.items() if key != "name"}
    held: Body = {}
    for key, holder in (("inputStatistics", "inputFacets"), ("outputStatistics", "outputFacets")):
        if key in facets:
            held |= {holder: make_facets({key: facets.pop(key)})["facets"]}
    return _named(dataset["name"]) | make_facets(facets) | held


def make_facets(facets: Body | None) -> Body:
    """Return `{"facets": …}` with every short form written out, or nothing."""
    if not facets:
        return {}
    return {"facets": {key: make_facet(key, short) for key, short in facets.items()}}


def make_facet(key: str, short: Any) -> Any:
    """Return the body of the facet `key`; null, a number and `{"_deleted": True}` stand as is."""
    if not isinstance(short, (str, dict, list)):
        return short
    is_taken_back = isinstance(short, dict) and "_deleted" in short
    build = dict if is_taken_back else FACETS.get(key, dict)
    return {"_producer": PRODUCER, "_schemaURL": SCHEMA_URL} | build(short)


def schema_facet(fields: Mapping[str, Any]) -> Body:
    """Return the body of `schema` from field names and types; a dict is a struct."""
    if "_deleted" in fields:
        return dict(fields)
    return {
        "fields": [
            {"name": name, "type": "struct"} | schema_facet(inner)
            if isinstance(inner, dict)
            else {"name": name, "type": inner}
            for name, inner in fields.items()
        ]
    }


def column_lineage_facet(fields: Mapping[str, list[Any]]) -> Body:
    """Return the body of `columnLineage`: output field to inputs; `*` is the whole dataset.

    An input is `dataset.field`, of a nested field `dataset>outer.inner`, or a list of that and
    `TYPE/SUBTYPE`, with `/masked` behind it where it hides values.
    """
    if "_deleted" in fields:
        return dict(fields)
    body: Body = {
        "fields": {
            field: {"inputFields": [_input_field(source) for source in sources]}
            for field, sources in fields.items()
            if field != "*"
        }
    }
    if "*" in fields:
        body["dataset"] = [_input_field(source) for source in fields["*"]]
    return body


def symlinks_facet(names: list[str]) -> Body:
    """Return the body of `symlinks`; a name is `TYPE:name`, without a type a TABLE."""
    identifiers = []
    for name in names:
        kind, _, rest = name.rpartition(":")
        identifiers.append(_named(rest) | {"type": kind or "TABLE"})
    return {"identifiers": identifiers}


def lineage_facet(stated: Any) -> Body:
    """Return the body of `lineage`: of a dataset its sources, of a job those of each target.

    A target's sources are a list, or by field, where `*` is the whole target. A source is a
    dataset, `dataset.field`, a list of that and `TYPE/SUBTYPE`, or `job:name`. A whole body stands
    as it is.
    """
    if isinstance(stated, list):
        return {"inputs": [_source(source) for source in stated]}
    if stated.keys() & {"entries", "inputs", "fields", "_deleted"}:
        return dict(stated)
    return {"entries": [_entry(target, sources) for target, sources in stated.items()]}


def _entry(target: str, sources: Any) -> Body:
    is_job = target.startswith("job:")
    entry = _named(target.removeprefix("job:")) | {"type": "JOB" if is_job else "DATASET"}
    by_field = sources if isinstance(sources, dict) else {"*": sources}
    if "*" in by_field:
        entry["inputs"] = [_source(source) for source in by_field["*"]]
    fields = {
        field: {"inputs": [_source(source) for source in own]}
        for field, own in by_field.items()
        if field != "*"
    }
    return entry | ({"fields": fields} if fields else {})


def _source(source: Any) -> Body:
    if isinstance(source, str) and source.startswith("job:"):
        return _named(source.removeprefix("job:")) | {"type": "JOB"}
    if isinstance(source, str) and "." not in source:
        return _named(source) | {"type": "DATASET"}
    return _input_field(source) | {"type": "DATASET"}


def _input_field(source: Any) -> Body:
    named, kind = (source, None) if isinstance(source, str) else source
    dataset, _, field = named.partition(">") if ">" in named else named.rpartition(".")
    body = _named(dataset) | {"field": field}
    if kind is not None:
        type_, _, rest = kind.partition("/")
        subtype, _, masked = rest.partition("/")
        step: Body = {"type": type_, "subtype": subtype}
        body["transformations"] = [step | ({"masking": True} if masked else {})]
    return body


def _named(name: str) -> Body:
    namespace, _, short = name.rpartition("|")
    return {"namespace": namespace or NAMESPACE, "name": short}


def _lifecycle(previous: str) -> Body:
    """Return the body of `lifecycleStateChange`: a word in capitals, else a rename from a name."""
    if previous.isupper():
        return {"lifecycleStateChange": previous}
    return {"lifecycleStateChange": "RENAME", "previousIdentifier": _named(previous)}


def _parent(run: str | Body) -> Body:
    """Return the body of `parent` from a run, or from `run`, `job`, `root` and `root_job`."""
    short = {"run": run} if isinstance(run, str) else run
    body: Body = {"run": {"runId": short["run"]}, "job": _named(short.get("job", "parent"))}
    if "root" in short:
        body["root"] = {
            "run": {"runId": short["root"]},
            "job": _named(short.get("root_job", "root")),
        }
    return body


def _job_type(text: str) -> Body:
    """Return the body of `jobType`; a fourth word says how its events are to be read."""
    integration, processing, kind, *mode = text.split("/")
    pattern = {"eventTrigger": "PERIODIC", "eventContentMode": mode[0]} if mode else {}
    return {"integration": integration, "processingType": processing, "jobType": kind} | (
        {"emissionPattern": pattern} if pattern else {}
    )


def _sql(text: str | Body) -> Body:
    """Return the body of `sql`; a dialect stands before the text as `snowflake: select …`."""
    if isinstance(text, dict):
        return text
    dialect, _, query = text.partition(": ")
    return {"query": query, "dialect": dialect} if dialect.isidentifier() else {"query": text}


def _tags(tags: Mapping[str, Any]) -> Body:
    """Return the body of `tags`; `pii@email` is the tag `pii` of the field `email`."""
    return {"tags": [_tag(*tag) for tag in tags.items()]}


def _tag(key: str, value: str) -> Body:
    name, _, field = key.partition("@")
    return {"key": name, "value": value} | ({"field": field} if field else {})


def _ownership(owners: Mapping[str, str | None]) -> Body:
    """Return the body of `ownership` from owners and types."""
    typed = ((name, {} if kind is None else {"type": kind}) for name, kind in owners.items())
    return {"owners": [{"name": name} | kind for name, kind in typed]}


FACETS: Final[dict[str, Callable[[Any], Body]]] = {
    "schema": schema_facet,
    "columnLineage": column_lineage_facet,
    "lineage": lineage_facet,
    "symlinks": symlinks_facet,
    "version": lambda text: {"datasetVersion": text},
    "datasetType": lambda text: {"datasetType": text},
    "lifecycleStateChange": _lifecycle,
    "parent": _parent,
    "jobType": _job_type,
    "tags": _tags,
    "ownership": _ownership,
    "sql": _sql,
}
"""The facets that have a short form, and what writes it out."""
