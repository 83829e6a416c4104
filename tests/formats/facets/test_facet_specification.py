"""Agreement with the facet classes that the OpenLineage client generates from the specification."""

import importlib
import typing
from collections.abc import Iterator

import attr
import msgspec
import pytest

from lineage_pipeline.formats.facets import FACETS, Holder

CLASSES: dict[tuple[Holder, str], str] = {
    ("dataset", "schema"): "schema_dataset.SchemaDatasetFacet",
    ("dataset", "columnLineage"): "column_lineage_dataset.ColumnLineageDatasetFacet",
    ("dataset", "lineage"): "lineage.LineageDatasetFacet",
    ("job", "lineage"): "lineage.LineageJobFacet",
    ("dataset", "symlinks"): "symlinks_dataset.SymlinksDatasetFacet",
    ("dataset", "lifecycleStateChange"): (
        "lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet"
    ),
    ("dataset", "version"): "dataset_version_dataset.DatasetVersionDatasetFacet",
    ("dataset", "datasetType"): "dataset_type_dataset.DatasetTypeDatasetFacet",
    ("dataset", "catalog"): "catalog_dataset.CatalogDatasetFacet",
    ("dataset", "hierarchy"): "hierarchy_dataset.HierarchyDatasetFacet",
    ("dataset", "storage"): "storage_dataset.StorageDatasetFacet",
    ("dataset", "dataSource"): "datasource_dataset.DatasourceDatasetFacet",
    ("dataset", "ownership"): "ownership_dataset.OwnershipDatasetFacet",
    ("job", "ownership"): "ownership_job.OwnershipJobFacet",
    ("dataset", "tags"): "tags_dataset.TagsDatasetFacet",
    ("job", "tags"): "tags_job.TagsJobFacet",
    ("run", "tags"): "tags_run.TagsRunFacet",
    ("dataset", "documentation"): "documentation_dataset.DocumentationDatasetFacet",
    ("job", "documentation"): "documentation_job.DocumentationJobFacet",
    (
        "dataset",
        "dataQualityMetrics",
    ): "data_quality_metrics_dataset.DataQualityMetricsDatasetFacet",
    ("input", "dataQualityMetrics"): (
        "data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet"
    ),
    ("input", "dataQualityAssertions"): (
        "data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet"
    ),
    ("input", "inputStatistics"): "input_statistics_input_dataset.InputStatisticsInputDatasetFacet",
    ("output", "outputStatistics"): (
        "output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet"
    ),
    ("input", "subset"): "base_subset_dataset.InputSubsetInputDatasetFacet",
    ("output", "subset"): "base_subset_dataset.OutputSubsetOutputDatasetFacet",
    ("run", "parent"): "parent_run.ParentRunFacet",
    ("run", "nominalTime"): "nominal_time_run.NominalTimeRunFacet",
    ("run", "processing_engine"): "processing_engine_run.ProcessingEngineRunFacet",
    ("run", "externalQuery"): "external_query_run.ExternalQueryRunFacet",
    ("run", "jobDependencies"): "job_dependencies_run.JobDependenciesRunFacet",
    ("run", "errorMessage"): "error_message_run.ErrorMessageRunFacet",
    ("run", "extractionError"): "extraction_error_run.ExtractionErrorRunFacet",
    ("run", "executionParameters"): "execution_parameters_run.ExecutionParametersRunFacet",
    ("run", "environmentVariables"): "environment_variables_run.EnvironmentVariablesRunFacet",
    ("run", "test"): "test_run.TestRunFacet",
    ("job", "jobType"): "job_type_job.JobTypeJobFacet",
    ("job", "sql"): "sql_job.SQLJobFacet",
    ("job", "sourceCode"): "source_code_job.SourceCodeJobFacet",
    ("job", "sourceCodeLocation"): "source_code_location_job.SourceCodeLocationJobFacet",
}

# Keys that are no part of the specification, but sent.
UNSPECIFIED = {("run", "parentRun"), ("dataset", "dataQualityAssertions")}

# Required fields that real producers leave out, and fields that are left unread on purpose.
TOLERATED = {
    "ColumnLineageDatasetFacet.fields: not required",
    "DataQualityMetricsDatasetFacet.columnMetrics: not required",
    "DataQualityMetricsInputDatasetFacet.columnMetrics: not required",
    "Identifier.type: not required",
    "EnvironmentVariable.value: unread",
    "Job.facets: unread",
    "Run.facets: unread",
    "RootJob.facets: unread",
    "RootRun.facets: unread",
}


def classes_in(annotation: object) -> Iterator[type]:
    """Yield the attrs or Struct classes that an annotation mentions, in its order."""
    if isinstance(annotation, type) and (
        attr.has(annotation) or issubclass(annotation, msgspec.Struct)
    ):
        yield annotation
    for part in typing.get_args(annotation):
        yield from classes_in(part)


def tag_of(cls: type) -> str | None:
    """Return the `type` that marks a class among the members of a union."""
    if issubclass(cls, msgspec.Struct):
        return str(cls.__struct_config__.tag) if cls.__struct_config__.tag else None
    field = attr.fields_dict(typing.cast("type[attr.AttrsInstance]", cls)).get("type")
    if field is None:
        return None
    literal = typing.get_args(typing.get_type_hints(cls)["type"])
    if literal and isinstance(literal[0], str):
        return str(literal[0])
    return field.default if isinstance(field.default, str) else None


def deviations(stated: type, ours: type[msgspec.Struct], seen: set[type]) -> Iterator[str]:
    """Yield where our Struct differs from the generated class, followed to the leaves."""
    if stated in seen:
        return
    seen.add(stated)
    hints = typing.get_type_hints(stated)
    our_fields = {field.encode_name: field for field in msgspec.structs.fields(ours)}
    for field in attr.fields(stated):
        if field.name.startswith("_") or (field.name == "type" and tag_of(ours)):
            continue
        mine = our_fields.get(field.name)
        if mine is None:
            yield f"{stated.__name__}.{field.name}: unread"
            continue
        if mine.required is not (field.default is attr.NOTHING):
            yield f"{stated.__name__}.{field.name}: {'' if mine.required else 'not '}required"
        members = {tag_of(member): member for member in classes_in(mine.type)}
        for member in classes_in(hints[field.name]):
            if attr.has(member):
                yield from deviations(member, members[tag_of(member)], seen)


def deviations_of(slot: tuple[Holder, str]) -> set[str]:
    module, name = CLASSES[slot].split(".")
    generated = getattr(importlib.import_module(f"openlineage.client.generated.{module}"), name)
    return set(deviations(generated, FACETS[slot].body, set()))


@pytest.mark.parametrize("slot", CLASSES)
def test_a_format_reads_and_requires_what_the_specification_does(slot: tuple[Holder, str]) -> None:
    assert deviations_of(slot) <= TOLERATED


def test_every_tolerated_deviation_is_one() -> None:
    assert set().union(*(deviations_of(slot) for slot in CLASSES)) == TOLERATED


def test_no_format_is_left_out() -> None:
    assert set(CLASSES) | UNSPECIFIED == set(FACETS)
