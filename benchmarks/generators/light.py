"""Events like those of Airflow and dbt: about 3 kB, a START and a COMPLETE for each run."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.generators import facet as facets
from benchmarks.generators.facet import RUN_FACET, Edge, Table, facet
from benchmarks.generators.identity import epoch_ms, instant, uuid7
from benchmarks.generators.template import hole, template

if TYPE_CHECKING:
    from collections.abc import Iterator

AIRFLOW: Final = "https://github.com/apache/airflow/tree/providers-openlineage/2.8.0"
DBT: Final = "https://github.com/OpenLineage/OpenLineage/tree/1.41.0/integration/dbt"
NAMESPACE: Final = "postgres://warehouse:5432"
JOBS_IN_A_GIGABYTE: Final = 4_000
_OPEN_RUNS: Final = 32


class _Job(NamedTuple):
    start: bytes
    complete: bytes


def events(seed: int, stream: int, total_bytes: int) -> Iterator[bytes]:
    """Yield events without end, one a line.

    Args:
        seed: decides the jobs and tables, and with them the bodies that repeat.
        stream: decides the runs: another stream brings new events of the same jobs.
        total_bytes: how much will be taken; less than a gigabyte has fewer jobs.
    """
    random = Random(f"light {seed}")
    count = max(4, min(JOBS_IN_A_GIGABYTE, JOBS_IN_A_GIGABYTE * total_bytes // 10**9))
    tables = [_table(random, ordinal) for ordinal in range(count)]
    jobs = [_job(random, tables, ordinal) for ordinal in range(count)]
    return _runs(jobs, Random(f"light {seed} {stream}"), 40 * 86_400_000 * stream)


def _runs(jobs: list[_Job], random: Random, at_ms: int) -> Iterator[bytes]:
    """Yield STARTs, each followed by its COMPLETE when that many others have begun."""
    pending: list[tuple[bytes, dict[bytes, bytes]]] = []
    number = 0
    while True:
        job = jobs[number % len(jobs)]
        at_ms += random.randrange(20, 400)
        night = at_ms // 86_400_000 * 86_400_000
        fills = {
            b"at": instant(at_ms),
            b"run": uuid7(random, epoch_ms(at_ms)),
            b"parent": uuid7(random, epoch_ms(night)),
            b"from": instant(night),
            b"to": instant(night + 86_400_000),
            b"try": b"%d" % random.randrange(1, 4),
            b"rows0": b"%d" % random.randrange(1, 10**7),
            b"size0": b"%d" % random.randrange(10**3, 10**9),
            b"files": b"1",
        }
        yield job.start % fills
        pending.append((job.complete, fills))
        number += 1
        if len(pending) == _OPEN_RUNS:
            complete, filled = pending.pop(random.randrange(_OPEN_RUNS))
            filled[b"at"] = instant(at_ms)
            yield complete % filled


def _table(random: Random, ordinal: int) -> Table:
    columns = facets.made_columns(random, random.randrange(3, 8))
    return Table(NAMESPACE, f"dwh.mart.{columns[0].name}_{ordinal:05d}", columns)


def _job(random: Random, tables: list[Table], ordinal: int) -> _Job:
    inputs = random.sample(tables, random.choice((1, 1, 1, 2)))
    output = tables[ordinal]
    is_dbt = ordinal % 2 == 0
    producer = DBT if is_dbt else AIRFLOW
    name = f"{'dbt' if is_dbt else 'credit_daily'}.model_{ordinal:05d}"
    run = {"runId": hole("run"), "facets": _run_facets(producer, is_dbt=is_dbt)}
    job = {
        "namespace": "dbt-prod" if is_dbt else "airflow-prod",
        "name": name,
        "facets": _job_facets(random, producer, name, is_dbt=is_dbt),
    }
    head = {"producer": producer, "schemaURL": facets.EVENT_SCHEMA, "run": run, "job": job}
    read = [_dataset(random, producer, table) for table in inputs]
    written = _dataset(random, producer, output)
    if is_dbt:
        edges = [Edge(output.columns[0].name, inputs[0], inputs[0].columns[0].name, "IDENTITY")]
        written["facets"]["columnLineage"] = facets.column_lineage(producer, edges)
    counted = facets.statistics(producer, "OutputStatisticsOutputDataset", 0)
    done = written | {"outputFacets": {"outputStatistics": counted}}
    at = {"eventTime": hole("at")}
    return _Job(
        template(at | {"eventType": "START"} | head | {"inputs": [], "outputs": []}),
        template(at | {"eventType": "COMPLETE"} | head | {"inputs": read, "outputs": [done]}),
    )


def _dataset(random: Random, producer: str, table: Table) -> dict[str, dict[str, object]]:
    text = {"description": facets.words(random, 8)}
    body = {
        "schema": facets.schema(producer, table),
        "documentation": facet(producer, "1-0-1/DocumentationDatasetFacet.json", text),
    }
    return {"namespace": table.namespace, "name": table.name, "facets": body}  # type: ignore[dict-item]


def _job_facets(random: Random, producer: str, name: str, *, is_dbt: bool) -> dict[str, object]:
    kind = {
        "processingType": "BATCH",
        "integration": "DBT" if is_dbt else "AIRFLOW",
        "jobType": "MODEL" if is_dbt else "TASK",
    }
    place = {
        "type": "git",
        "url": f"https://git.example.org/credit/pipelines/blob/main/{name}.sql",
    }
    query = {"query": f"select {', '.join(facets.words(random, 12).split())} from {name}"}
    text = {"description": facets.words(random, 6)}
    return {
        "jobType": facet(producer, "2-0-3/JobTypeJobFacet.json", kind),
        "documentation": facet(producer, "1-0-1/DocumentationJobFacet.json", text),
        "sourceCodeLocation": facet(producer, "1-0-1/SourceCodeLocationJobFacet.json", place),
        "sql": facet(producer, "1-0-1/SQLJobFacet.json", query),
    }


def _run_facets(producer: str, *, is_dbt: bool) -> dict[str, object]:
    parent = {
        "run": {"runId": hole("parent")},
        "job": {"namespace": "airflow-prod", "name": "credit_daily"},
    }
    nominal = {"nominalStartTime": hole("from"), "nominalEndTime": hole("to")}
    engine = {
        "name": "dbt" if is_dbt else "Airflow",
        "version": "1.10.2" if is_dbt else "3.1.0",
        "openlineageAdapterVersion": "2.8.0",
    }
    own = {"attempt": hole("try"), "scheduled": hole("from"), "run_type": "scheduled"}
    return {
        "parent": facet(producer, "1-1-0/ParentRunFacet.json", parent),
        "nominalTime": facet(producer, "1-0-1/NominalTimeRunFacet.json", nominal),
        "processing_engine": facet(producer, "1-1-1/ProcessingEngineRunFacet.json", engine),
        "dbt_run" if is_dbt else "airflow": facet(producer, RUN_FACET, {"dagRun": own}),
    }
