"""The `lineage` facet: data flow that a producer states, so that nothing needs to be inferred.

A job states the sources of any number of targets, a dataset those of itself. An empty list of
inputs is a statement too: the target has no upstream.

Source: OpenLineage LineageFacet 1-0-0 (LineageJobFacet, LineageDatasetFacet).
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from lineage_pipeline.formats.facets.column_lineage import Transformation
from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Part


class DatasetSource(Part, frozen=True, kw_only=True, tag_field="type", tag="DATASET"):
    """A dataset, or one of its fields, that data comes from."""

    namespace: str
    name: str
    field: str | None = None
    transformations: list[Transformation] | None = None


class JobName(Part, frozen=True, kw_only=True, tag_field="type", tag="JOB"):
    """A job by name, or the event's own where neither part of the name is given."""

    namespace: str | None = None
    name: str | None = None
    run_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse half a name.

        Raises:
            ValueError: one of namespace and name is missing; decoding reports it as a schema error.
        """
        if (self.namespace is None) is not (self.name is None):
            message = "Object needs both `namespace` and `name`, or neither for the event's own job"
            raise ValueError(message)


class JobSource(JobName, frozen=True, kw_only=True, tag="JOB"):
    """A job that data comes from without a tracked dataset between."""

    transformations: list[Transformation] | None = None


Source: TypeAlias = DatasetSource | JobSource


class TargetField(Part, frozen=True, kw_only=True):
    """The sources of one field of a target."""

    inputs: list[Source]


class DatasetTarget(Part, frozen=True, kw_only=True, tag_field="type", tag="DATASET"):
    """A dataset that data goes to."""

    namespace: str
    name: str
    inputs: list[Source] | None = None
    fields: dict[str, TargetField] | None = None


class JobTarget(JobName, frozen=True, kw_only=True, tag="JOB"):
    """A job that data goes to without a tracked dataset between."""

    inputs: list[Source] | None = None


class JobLineage(Facet, frozen=True, kw_only=True):
    """The body of `lineage` on a job."""

    entries: list[DatasetTarget | JobTarget]


class DatasetLineage(Facet, frozen=True, kw_only=True):
    """The body of `lineage` on a dataset, which is the target."""

    inputs: list[Source] | None = None
    fields: dict[str, TargetField] | None = None


class LineageRow(NamedTuple):
    """One row per (entry, target field, source, transformation), whole targets before their fields.

    Columns:
        entry_ordinal: the entry's position in the facet, counted from 0; 0 on a dataset.
        target_namespace, target_name: what data goes to; null for the holder of the facet itself:
            the dataset, or the event's own job.
        target_type: DATASET or JOB.
        target_run_id: the run of a target job, where the flow is bound to one.
        target_field: the target's field, null for the whole target.
        source_namespace, source_name: where data comes from; null for the event's own job.
        source_type: DATASET or JOB; null where the target is stated to have no upstream.
        source_run_id: the run of a source job, where the flow is bound to one.
        source_field: the source's field, null for the whole source.
        transformation_type, transformation_subtype, transformation_description: as in column
            lineage; null where the producer says nothing.
        is_masking: whether it hides the source's values; null, not false, where nothing is said.
    """

    entry_ordinal: int
    target_namespace: str | None
    target_name: str | None
    target_type: str
    target_run_id: str | None
    target_field: str | None
    source_namespace: str | None
    source_name: str | None
    source_type: str | None
    source_run_id: str | None
    source_field: str | None
    transformation_type: str | None
    transformation_subtype: str | None
    transformation_description: str | None
    is_masking: bool | None


Target: TypeAlias = tuple[int, str | None, str | None, str, str | None]
Origin: TypeAlias = tuple[str | None, str | None, str | None, str | None, str | None]

_NO_UPSTREAM: Origin = (None, None, None, None, None)
_UNSTATED = (None, None, None, None)


def job_lineage_rows(body: JobLineage) -> Iterator[LineageRow]:
    """Yield the rows of each entry in turn."""
    for ordinal, entry in enumerate(body.entries):
        if isinstance(entry, JobTarget):
            job = (ordinal, entry.namespace, entry.name, "JOB", entry.run_id)
            yield from _target_rows(job, entry.inputs, None)
        else:
            dataset = (ordinal, entry.namespace, entry.name, "DATASET", None)
            yield from _target_rows(dataset, entry.inputs, entry.fields)


def dataset_lineage_rows(body: DatasetLineage) -> Iterator[LineageRow]:
    """Yield the rows of the dataset that carries the facet."""
    yield from _target_rows((0, None, None, "DATASET", None), body.inputs, body.fields)


def _target_rows(
    target: Target, inputs: list[Source] | None, fields: dict[str, TargetField] | None
) -> Iterator[LineageRow]:
    """Yield the rows of one target; inputs that are absent, unlike empty ones, state nothing."""
    if inputs is not None:
        yield from _source_rows(target, None, inputs)
    for name, field in (fields or {}).items():
        yield from _source_rows(target, name, field.inputs)


def _source_rows(target: Target, field: str | None, inputs: list[Source]) -> Iterator[LineageRow]:
    if not inputs:
        yield LineageRow(*target, field, *_NO_UPSTREAM, *_UNSTATED)
    for source in inputs:
        origin = _origin(source)
        if not source.transformations:
            yield LineageRow(*target, field, *origin, *_UNSTATED)
        for step in source.transformations or ():
            flow = (step.type, step.subtype, step.description, step.masking)
            yield LineageRow(*target, field, *origin, *flow)


def _origin(source: Source) -> Origin:
    if isinstance(source, JobSource):
        return source.namespace, source.name, "JOB", source.run_id, None
    return source.namespace, source.name, "DATASET", None, source.field


JOB_LINEAGE = FacetFormat(
    key="lineage",
    holders=frozenset({"job"}),
    body=JobLineage,
    table="lineage_entry",
    row=LineageRow,
    rows=job_lineage_rows,
)
DATASET_LINEAGE = FacetFormat(
    key="lineage",
    holders=frozenset({"dataset"}),
    body=DatasetLineage,
    table="lineage_entry",
    row=LineageRow,
    rows=dataset_lineage_rows,
)

FORMATS = (JOB_LINEAGE, DATASET_LINEAGE)
