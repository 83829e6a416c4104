"""Facets that real producers and the specification's own examples carry, shortened."""

import msgspec
import pytest

from lineage_pipeline.formats.facets import FACETS, Holder, decode

AIRFLOW = '"_producer":"https://github.com/apache/airflow/tree/providers-openlineage/1.14.0"'
CLIENT = '"_producer":"https://github.com/OpenLineage/OpenLineage/blob/v1-0-0/client"'

ACCEPTED: list[tuple[Holder, str, str, int]] = [
    (
        "input",
        "dataQualityMetrics",
        "{" + CLIENT + ',"rowCount":1000,"bytes":1048576,"fileCount":5}',
        1,
    ),
    (
        "dataset",
        "schema",
        "{" + AIRFLOW + ',"fields":[{"fields":[],"name":"a","type":"INTEGER"},'
        '{"fields":[],"name":"b","type":"INTEGER"}]}',
        2,
    ),
    (
        "dataset",
        "columnLineage",
        (
            '{"dataset":[],"fields":{"a":{"inputFields":[{"field":"a","name":"copied.csv",'
            '"namespace":"gs://mock-bucket","transformations":[]}],'
            '"transformationDescription":"identical","transformationType":"IDENTITY"}}}'
        ),
        1,
    ),
    (
        "dataset",
        "symlinks",
        (
            '{"_producer":"https://github.com/OpenLineage/OpenLineage/tree/1.32.0/integration/flink",'
            '"identifiers":[{"namespace":"kafka://kafka-host1:9092",'
            '"name":"default_catalog.default_database.kafka_input","type":"TABLE"}]}'
        ),
        1,
    ),
    ("dataset", "dataSource", '{"name":"dbfs","uri":"dbfs"}', 1),
    (
        "job",
        "jobType",
        "{" + AIRFLOW + ',"integration":"AIRFLOW","jobType":"DAG","processingType":"BATCH"}',
        1,
    ),
    ("job", "sql", '{"additionalPropExample":{"example":true},"query":"SELECT * FROM foo"}', 1),
    ("job", "ownership", "{" + AIRFLOW + ',"owners":[{"name":"***"}]}', 1),
    (
        "input",
        "dataQualityAssertions",
        "{" + CLIENT + ',"assertions":[{"assertion":"row_count_equal_to","success":true,'
        '"params":{}},{"assertion":"no_null_values","success":true,"column":"id","params":{}}]}',
        2,
    ),
    ("output", "outputStatistics", '{"rowCount":2000,"size":2097152}', 1),
    (
        "run",
        "parent",
        (
            '{"job":{"namespace":"<job_namespace>","name":"<job_name>"},'
            '"run":{"runId":"<job_run_id>"}}'
        ),
        1,
    ),
    (
        "run",
        "parentRun",
        (
            '{"job":{"name":"inlet_outlet_demo","namespace":"uninhabited-magnify-7821"},'
            '"run":{"runId":"4da6f6d2-8902-3b6c-be7e-9269610a8c8f"}}'
        ),
        1,
    ),
    ("run", "nominalTime", '{"nominalStartTime":"2022-04-14T04:12:00Z"}', 1),
    (
        "run",
        "processing_engine",
        "{" + AIRFLOW + ',"name":"Airflow","openlineageAdapterVersion":"1.14.0",'
        '"version":"3.0.0.dev0"}',
        1,
    ),
]

REFUSED: list[tuple[Holder, str, str, str]] = [
    (
        "dataset",
        "ownership",
        "{" + CLIENT + ',"owners":[{"no-name":"no-name-owner"}]}',
        "Object missing required field `name` - at `$.owners[0]`",
    ),
    (
        "job",
        "ownership",
        "{" + CLIENT + ',"owners":[{"no-name":"no-name-owner"}]}',
        "Object missing required field `name` - at `$.owners[0]`",
    ),
    (
        "input",
        "dataQualityMetrics",
        "{" + CLIENT + ',"noRowCount":1000,"bytes":1048576,"fileCount":5}',
        "Object missing required field `columnMetrics`, and `rowCount` as well",
    ),
    (
        "output",
        "outputStatistics",
        "{" + CLIENT + ',"rowCount":"wrong","size":2097152,"fileCount":5}',
        "Expected `int | float | null`, got `str` - at `$.rowCount`",
    ),
    (
        "run",
        "parent",
        '{"run":{"noRunId":"invalid run id"},'
        '"job":{"namespace":"parent_namespace","name":"parent_name"},' + CLIENT + "}",
        "Object missing required field `runId` - at `$.run`",
    ),
]


@pytest.mark.parametrize(("holder", "key", "raw", "row_count"), ACCEPTED)
def test_a_real_facet_becomes_rows(holder: Holder, key: str, raw: str, row_count: int) -> None:
    fmt = FACETS[holder, key]

    assert len(list(fmt.rows(decode(fmt, raw.encode())))) == row_count


@pytest.mark.parametrize(("holder", "key", "raw", "reason"), REFUSED)
def test_a_real_facet_that_breaks_its_schema_is_refused_with_the_reason(
    holder: Holder, key: str, raw: str, reason: str
) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        decode(FACETS[holder, key], raw.encode())

    assert str(refusal.value) == reason
