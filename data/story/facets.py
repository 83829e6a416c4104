"""The standard facets of the story, built with the classes of the OpenLineage client."""

from datetime import date

from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    datasource_dataset,
    documentation_dataset,
    job_type_job,
    ownership_dataset,
    ownership_job,
    parent_run,
    processing_engine_run,
    schema_dataset,
    source_code_location_job,
    sql_job,
    storage_dataset,
    symlinks_dataset,
    tags_dataset,
)
from openlineage.client.generated.base import DatasetFacet, JobFacet, RunFacet

from data.story.company import Derivation, Job, Table
from data.story.identity import git_sha
from data.story.tables import TABLES, customers_key
from data.story.weeks import RELEASE

_CODE = "https://git.example.org/northwind/pipelines"
_PRODUCERS = {
    "AIRFLOW": "https://github.com/apache/airflow/tree/providers-openlineage/2.7.0",
    "DBT": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/dbt",
    "SPARK": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/spark",
    "FLINK": "https://github.com/OpenLineage/OpenLineage/tree/1.54.0/integration/flink",
    "FEAST": "https://github.com/feast-dev/feast",
}
_ENGINES = {
    "AIRFLOW": ("3.1.0", "Airflow"),
    "DBT": ("1.11.2", "dbt"),
    "SPARK": ("4.0.1", "spark"),
    "FLINK": ("2.1.0", "flink"),
    "FEAST": ("0.58.0", "feast"),
}
_SUBTYPES = {
    "identity": ("DIRECT", "IDENTITY"),
    "masked": ("DIRECT", "TRANSFORMATION"),
    "transformation": ("DIRECT", "TRANSFORMATION"),
    "aggregation": ("DIRECT", "AGGREGATION"),
    "join": ("INDIRECT", "JOIN"),
    "filter": ("INDIRECT", "FILTER"),
    "group_by": ("INDIRECT", "GROUP_BY"),
    "sort": ("INDIRECT", "SORT"),
    "window": ("INDIRECT", "WINDOW"),
    "conditional": ("INDIRECT", "CONDITIONAL"),
}


def producer_of(job: Job) -> str:
    """The producer URI of a job's integration; the company's own code for the rest."""
    return _PRODUCERS.get(job.integration, _CODE)


def resolve(reference: str, day: date) -> tuple[Table, tuple[str, str]]:
    """The table behind a reference on a day, and the name to use: `@` asks for the alias."""
    key = reference.removesuffix("@")
    if key == "silver.customers":
        key = customers_key(day)
    table = TABLES[key]
    name = (table.namespace, table.name)
    return table, table.alias if reference.endswith("@") and table.alias else name


def schema(table: Table, day: date, producer: str) -> DatasetFacet:
    """The columns of a table on a day."""
    fields = [
        schema_dataset.SchemaDatasetFacetFields(name=column.name, type=column.type, fields=None)
        for column in table.columns_on(day)
    ]
    return schema_dataset.SchemaDatasetFacet(fields=fields, producer=producer)


def copies(job: Job, output: Table, day: date) -> tuple[Derivation, ...]:
    """The columns that a job carries over unchanged: same name, first input that has it."""
    derived = {derivation.target for derivation in job.derivations}
    found: list[Derivation] = []
    for column in output.columns_on(day):
        if column.name in derived:
            continue
        for reference in job.inputs:
            names = {other.name for other in resolve(reference, day)[0].columns_on(day)}
            if column.name in names:
                found.append(Derivation(column.name, "identity", reference, column.name))
                break
    return tuple(found)


def _input_field(derivation: Derivation, day: date) -> column_lineage_dataset.InputField:
    namespace, name = resolve(derivation.source, day)[1]
    kind, subtype = _SUBTYPES[derivation.kind]
    masked = derivation.kind == "masked"
    transformation = column_lineage_dataset.Transformation(
        type=kind,
        subtype=subtype,
        description="sha256 with the yearly salt" if masked else None,
        masking=masked,
    )
    return column_lineage_dataset.InputField(namespace, name, derivation.field, [transformation])


def column_lineage(job: Job, output: Table, day: date, producer: str) -> DatasetFacet | None:
    """Where the columns that a job writes come from; none for a job that states nothing."""
    fields: dict[str, column_lineage_dataset.Fields] = {}
    whole: list[column_lineage_dataset.InputField] = []
    for derivation in (*copies(job, output, day), *job.derivations):
        if derivation.target == "*":
            whole.append(_input_field(derivation, day))
            continue
        field = fields.setdefault(derivation.target, column_lineage_dataset.Fields([]))
        field.inputFields.append(_input_field(derivation, day))
    if not fields:
        return None
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields=dict(sorted(fields.items())), dataset=whole or None, producer=producer
    )


def catalogue(table: Table, producer: str) -> dict[str, DatasetFacet]:
    """The standing facets of a table: owner, description, tags, data source, second name."""
    scheme = table.namespace.partition(":")[0]
    facets: dict[str, DatasetFacet] = {
        "dataSource": datasource_dataset.DatasourceDatasetFacet(
            name=table.namespace, uri=table.namespace, producer=producer
        )
    }
    if table.owner:
        owner = ownership_dataset.Owner(name=table.owner, type="MAINTAINER")
        facets["ownership"] = ownership_dataset.OwnershipDatasetFacet([owner], producer=producer)
    if table.description:
        facets["documentation"] = documentation_dataset.DocumentationDatasetFacet(
            description=table.description, producer=producer
        )
    if scheme == "s3":
        facets["storage"] = storage_dataset.StorageDatasetFacet("s3", "parquet", producer=producer)
    if found := _tags(table):
        facets["tags"] = tags_dataset.TagsDatasetFacet(found, producer=producer)
    return facets


def _tags(table: Table) -> list[tags_dataset.TagsDatasetFacetFields]:
    whole = [tags_dataset.TagsDatasetFacetFields(k, v, "CATALOGUE") for k, v in table.tags]
    return whole + [
        tags_dataset.TagsDatasetFacetFields(key, value, "CATALOGUE", column.name)
        for column in table.columns
        if not column.since
        for key, value in column.tags
    ]


def column_tags(table: Table, day: date, producer: str) -> DatasetFacet | None:
    """The tags of columns that came with the release; none before it or without any."""
    found = [
        tags_dataset.TagsDatasetFacetFields(key, value, "DBT", column.name)
        for column in table.columns_on(day)
        if column.since
        for key, value in column.tags
    ]
    return tags_dataset.TagsDatasetFacet(found, producer=producer) if found else None


def symlinks(table: Table, producer: str) -> DatasetFacet | None:
    """The second name of a table, when it has one."""
    if not table.alias:
        return None
    identifier = symlinks_dataset.Identifier(*table.alias, type="TABLE")
    return symlinks_dataset.SymlinksDatasetFacet([identifier], producer=producer)


def job_facets(job: Job, day: date, *, whole: bool) -> dict[str, JobFacet]:
    """The facets of a job: its type, and on the closing event its code, owner and query too."""
    producer = producer_of(job)
    streaming = job.integration == "FLINK"
    facets: dict[str, JobFacet] = {
        "jobType": job_type_job.JobTypeJobFacet(
            processingType="STREAMING" if streaming else "BATCH",
            integration=job.integration,
            jobType=job.job_type,
            emissionPattern=job_type_job.EmissionPattern("PERIODIC", "COMPLETE_SNAPSHOT", 86_400)
            if streaming
            else None,
            producer=producer,
        )
    }
    if whole and job.path:
        release = RELEASE.isoformat() if day >= RELEASE else "2026-08-03"
        facets["sourceCodeLocation"] = source_code_location_job.SourceCodeLocationJobFacet(
            type="git", url=_CODE, path=job.path, version=git_sha(release), producer=producer
        )
        owner = ownership_job.Owner(name=job.owner, type="MAINTAINER")
        facets["ownership"] = ownership_job.OwnershipJobFacet([owner], producer=producer)
    if whole and job.integration == "DBT" and job.output:
        facets["sql"] = sql_job.SQLJobFacet(query(job, day), "snowflake", producer=producer)
    return facets


def query(job: Job, day: date) -> str:
    """The statement of a cleaning job, as its derivations spell it out."""
    output, (_, target) = resolve(str(job.output), day)
    made = {d.target: d for d in (*copies(job, output, day), *job.derivations) if d.target != "*"}
    chosen = [
        f"sha2(concat({made[c.name].field}, $salt), 256) as {c.name}"
        if made[c.name].kind == "masked"
        else c.name
        for c in output.columns_on(day)
        if c.name in made
    ]
    source = resolve(job.inputs[0], day)[1][1]
    return f"insert overwrite {target} select {', '.join(chosen)} from {source}"


def engine(job: Job) -> RunFacet | None:
    """The processing engine of a job's integration, when it has one."""
    if job.integration not in _ENGINES:
        return None
    version, name = _ENGINES[job.integration]
    return processing_engine_run.ProcessingEngineRunFacet(
        version=version, name=name, openlineageAdapterVersion="1.54.0", producer=producer_of(job)
    )


def parent(job: Job, run: str, root: tuple[Job, str], producer: str) -> RunFacet:
    """The run that started this one, and the run at the root of both."""
    root_job, root_run = root
    return parent_run.ParentRunFacet(
        run=parent_run.Run(run, None),
        job=parent_run.Job(job.namespace, job.name, None),
        root=parent_run.Root(
            run=parent_run.RootRun(root_run, None),
            job=parent_run.RootJob(root_job.namespace, root_job.name, None),
        ),
        producer=producer,
    )
