"""Events like those of a Spark integration: about 35 kB, wide, repetitive.

A gigabyte holds about 29,000 events. As in real streams, schemas and column lineage are few and
resent with every event of every run (about 3,000 and 2,300 distinct bodies), while plans,
properties and statistics differ from run to run.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.generators import facet as facets
from benchmarks.generators.facet import RUN_FACET, Edge, Table, facet
from benchmarks.generators.identity import epoch_ms, instant, uuid4, uuid7
from benchmarks.generators.template import hole, template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import msgspec

PRODUCER: Final = "https://github.com/OpenLineage/OpenLineage/tree/1.41.0/integration/spark"
JOBS_IN_A_GIGABYTE: Final = 1_540
_TABLES_A_JOB: Final = 2
_OPEN_RUNS: Final = 16
_NAMESPACES: Final = ("s3://lake-raw", "s3://lake-curated", "hdfs://namenode:8020")
_SUBTYPES: Final = ("IDENTITY", "IDENTITY", "TRANSFORMATION", "AGGREGATION", "JOIN", "FILTER")


class _Job(NamedTuple):
    start: bytes
    running: bytes
    complete: bytes


class _Run(NamedTuple):
    job: _Job
    fills: dict[bytes, bytes]
    states: list[bytes]


def events(seed: int, stream: int, total_bytes: int) -> Iterator[bytes]:
    """Yield events without end, one a line.

    Args:
        seed: decides the jobs and tables, and with them the bodies that repeat.
        stream: decides the runs: another stream brings new events of the same jobs.
        total_bytes: how much will be taken; less than a gigabyte has fewer jobs.
    """
    jobs = _jobs(Random(f"heavy {seed}"), total_bytes)
    random = Random(f"heavy {seed} {stream}")
    at_ms = 40 * 86_400_000 * stream
    open_runs: list[_Run] = []
    started = 0
    while True:
        while len(open_runs) < _OPEN_RUNS:
            open_runs.append(_begin(random, jobs[started % len(jobs)], started, at_ms))
            started += 1
        at_ms += random.randrange(20, 400)
        place = random.randrange(_OPEN_RUNS)
        run = open_runs[place]
        run.fills[b"at"] = instant(at_ms)
        yield run.states.pop() % run.fills
        if not run.states:
            open_runs[place] = open_runs[-1]
            open_runs.pop()


def _begin(random: Random, job: _Job, number: int, at_ms: int) -> _Run:
    fills = {
        b"run": uuid7(random, epoch_ms(at_ms)),
        b"parent": uuid7(random, epoch_ms(at_ms)),
        b"jvm": uuid4(random),
        b"application": b"%d_%05d" % (epoch_ms(at_ms), number),
        b"files": b"%d" % random.randrange(1, 200),
    }
    for place in range(8):
        fills[b"rows%d" % place] = b"%d" % random.randrange(10**3, 10**8)
        fills[b"size%d" % place] = b"%d" % random.randrange(10**5, 10**10)
    states = [job.complete, *[job.running] * random.randrange(4), job.start]
    return _Run(job, fills, states)


def _jobs(random: Random, total_bytes: int) -> list[_Job]:
    count = max(2, min(JOBS_IN_A_GIGABYTE, JOBS_IN_A_GIGABYTE * total_bytes // 10**9))
    tables = [_table(random, ordinal) for ordinal in range(_TABLES_A_JOB * count)]
    return [_job(random, tables, ordinal) for ordinal in range(count)]


def _table(random: Random, ordinal: int) -> Table:
    columns = facets.made_columns(random, random.randrange(12, 56))
    name = f"warehouse/{columns[0].name.split('_')[0]}/table_{ordinal:05d}"
    return Table(random.choice(_NAMESPACES), name, columns)


def _job(random: Random, tables: list[Table], ordinal: int) -> _Job:
    own = tables[_TABLES_A_JOB * ordinal : _TABLES_A_JOB * (ordinal + 1)]
    outputs = own[: 1 + ordinal % 2]
    inputs = [*own[len(outputs) :], *random.sample(tables, random.randrange(2, 5))]
    read = [_dataset(table) for table in inputs]
    measured = [_dataset(table, place) for place, table in enumerate(inputs)]
    lineage = [facets.column_lineage(PRODUCER, _edges(random, inputs, table)) for table in outputs]
    written = [_output(table, body) for table, body in zip(outputs, lineage, strict=True)]
    counted = [
        _output(table, body, place)
        for place, (table, body) in enumerate(zip(outputs, lineage, strict=True))
    ]
    name = f"credit_etl.{outputs[0].columns[0].name}.job_{ordinal:05d}"
    run = {"runId": hole("run"), "facets": _run_facets(random, inputs, name)}
    return _Job(
        _event("START", run, name, read, written),
        _event("RUNNING", run, name, [], written),
        _event("COMPLETE", run, name, measured, counted),
    )


def _event(
    state: str,
    run: Mapping[str, object],
    name: str,
    inputs: Sequence[object],
    outputs: Sequence[object],
) -> bytes:
    kind = {"processingType": "BATCH", "integration": "SPARK", "jobType": "SQL_JOB"}
    job_type = facet(PRODUCER, "2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet", kind)
    return template(
        {
            "eventTime": hole("at"),
            "producer": PRODUCER,
            "schemaURL": facets.EVENT_SCHEMA,
            "eventType": state,
            "run": run,
            "job": {"namespace": "spark-prod", "name": name, "facets": {"jobType": job_type}},
            "inputs": inputs,
            "outputs": outputs,
        }
    )


def _dataset(table: Table, place: int | None = None) -> dict[str, object]:
    body = _table_facets(table)
    dataset: dict[str, object] = {"namespace": table.namespace, "name": table.name, "facets": body}
    if place is None:
        return dataset
    counted = facets.statistics(PRODUCER, "InputStatisticsInputDataset", place)
    return dataset | {"inputFacets": {"inputStatistics": counted}}


def _output(table: Table, lineage: msgspec.Raw, place: int | None = None) -> dict[str, object]:
    body = _table_facets(table) | {"columnLineage": lineage}
    dataset: dict[str, object] = {"namespace": table.namespace, "name": table.name, "facets": body}
    if place is None:
        return dataset
    counted = facets.statistics(PRODUCER, "OutputStatisticsOutputDataset", place)
    return dataset | {"outputFacets": {"outputStatistics": counted}}


def _table_facets(table: Table) -> dict[str, object]:
    alias = {
        "namespace": "hive://metastore:9083",
        "name": table.name.replace("warehouse/", "").replace("/", "."),
        "type": "TABLE",
    }
    source = {"name": table.namespace, "uri": table.namespace}
    return {
        "dataSource": facet(PRODUCER, "1-0-1/DatasourceDatasetFacet.json", source),
        "schema": facets.schema(PRODUCER, table),
        "symlinks": facet(PRODUCER, "1-0-1/SymlinksDatasetFacet.json", {"identifiers": [alias]}),
        "storage": facet(
            PRODUCER,
            "1-0-1/StorageDatasetFacet.json",
            {"storageLayer": "delta", "fileFormat": "parquet"},
        ),
    }


def _edges(random: Random, inputs: list[Table], output: Table) -> list[Edge]:
    edges = []
    for column in output.columns:
        for table in random.sample(inputs, min(len(inputs), random.choice((1, 1, 2, 3)))):
            field = random.choice(table.columns).name
            edges.append(Edge(column.name, table, field, random.choice(_SUBTYPES)))
    return edges


def _run_facets(random: Random, inputs: list[Table], name: str) -> dict[str, object]:
    parent = {"runId": hole("parent")}
    job = {"namespace": "spark-prod", "name": name.split(".", maxsplit=1)[0]}
    version = {"version": "3.5.4", "name": "spark", "openlineageAdapterVersion": "1.41.0"}
    properties = {
        "spark.master": "k8s://https://kubernetes.default.svc",
        "spark.app.name": name,
        "spark.app.id": f"application_{hole('application')}",
    }
    return {
        "parent": facet(
            PRODUCER,
            "1-1-0/ParentRunFacet.json#/$defs/ParentRunFacet",
            {"run": parent, "job": job, "root": {"run": parent, "job": job}},
        ),
        "processing_engine": facet(PRODUCER, "1-1-1/ProcessingEngineRunFacet.json", version),
        "spark_properties": facet(PRODUCER, RUN_FACET, {"properties": properties}),
        "spark_jobDetails": facet(PRODUCER, RUN_FACET, {"jobDescription": hole("application")}),
        "spark.logicalPlan": facet(PRODUCER, RUN_FACET, {"plan": _plan(random, inputs)}),
    }


def _plan(random: Random, inputs: list[Table]) -> list[object]:
    """Return a logical plan as Spark writes it: trees of classes and attribute references."""
    package = "org.apache.spark.sql.catalyst"
    attributes = [
        {
            "class": f"{package}.expressions.AttributeReference",
            "num-children": 0,
            "name": column.name,
            "dataType": column.type,
            "nullable": True,
            "metadata": {},
            "exprId": {"id": random.randrange(10_000), "jvmId": hole("jvm")},
            "qualifier": ["spark_catalog", table.name],
        }
        for table in inputs
        for column in table.columns[:6]
    ]
    head = {"class": f"{package}.plans.logical.Project", "num-children": 1}
    return [
        head | {"projectList": [attributes], "child": 0},
        {"class": f"{package}.plans.logical.Join", "num-children": 2, "joinType": "Inner"},
    ]
