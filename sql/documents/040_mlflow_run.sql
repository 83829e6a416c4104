-- object: silver.mlflow_run
-- kind: facts
-- grain: one row per run on a page of an MLflow server
-- sources: step.new_document
-- clause: MLflow 3 REST API 2.0, runs/search
-- clause: a metric that is no finite number has no value
-- column trainer: the tag mlflow.user, or the run's user
-- column code: the commit that it ran, or what it is called
-- column parameters: as a JSON object
-- column tags: as a JSON object
-- column metrics: name, value and time of each
-- column inputs: what it read: context, name, digest, source, and the name that OpenLineage has for it
-- column content_sha256: of what it says
create table if not exists silver.mlflow_run (
    document_id blob,
    run_id varchar,
    trainer varchar,
    code varchar,
    parameters json,
    tags json,
    metrics struct(name varchar, value double, measured_at timestamptz)[],
    inputs struct(
        context varchar,
        name varchar,
        digest varchar,
        source varchar,
        lineage_namespace varchar,
        lineage_name varchar
    )[],
    content_sha256 varchar,
    ingested_at timestamptz
);

insert into silver.mlflow_run
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(from_json(
            document.body -> 'runs',
            '[{
                "info": {"run_id": "VARCHAR", "user_id": "VARCHAR"},
                "data": {
                    "metrics": [{"key": "VARCHAR", "value": "DOUBLE", "timestamp": "BIGINT"}],
                    "params": [{"key": "VARCHAR", "value": "VARCHAR"}],
                    "tags": [{"key": "VARCHAR", "value": "VARCHAR"}]
                },
                "inputs": {"dataset_inputs": [{
                    "tags": [{"key": "VARCHAR", "value": "VARCHAR"}],
                    "dataset": {"name": "VARCHAR", "digest": "VARCHAR", "source": "VARCHAR"}
                }]}
            }]'
        )) as run
    from step.new_document as document
    where document.kind = 'mlflow.runs'
),

tagged as (
    select
        told.*,
        silver.pairs(coalesce(told.run.data.tags, [])) as tags
    from told
),

read as (
    select
        tagged.document_id,
        tagged.run.info.run_id,
        coalesce(nullif(tagged.tags ->> 'mlflow.user', ''), nullif(tagged.run.info.user_id, ''))
            as trainer,
        coalesce(
            nullif(tagged.tags ->> 'mlflow.source.git.commit', ''),
            nullif(tagged.tags ->> 'mlflow.source.name', '')
        ) as code,
        silver.pairs(coalesce(tagged.run.data.params, [])) as parameters,
        tagged.tags,
        list_sort(list_transform(
            coalesce(tagged.run.data.metrics, []),
            lambda metric: {
                'name': metric.key,
                'value': if(isfinite(metric.value), metric.value, null),
                'measured_at': silver.told_at(metric.timestamp)
            }
        )) as metrics,
        list_sort(list_transform(
            coalesce(tagged.run.inputs.dataset_inputs, []),
            lambda input: {
                'context': silver.pairs(input.tags) ->> 'mlflow.data.context',
                'name': input.dataset.name,
                'digest': nullif(input.dataset.digest, ''),
                'source': input.dataset.source,
                'lineage_namespace': silver.pairs(input.tags) ->> 'openlineage.namespace',
                'lineage_name': silver.pairs(input.tags) ->> 'openlineage.name'
            }
        )) as inputs,
        tagged.ingested_at
    from tagged
    where tagged.run.info.run_id is not null
)

select
    read.document_id,
    read.run_id,
    read.trainer,
    read.code,
    read.parameters,
    read.tags,
    read.metrics,
    read.inputs,
    sha256(to_json({
        'run_id': read.run_id,
        'trainer': read.trainer,
        'code': read.code,
        'parameters': read.parameters,
        'tags': read.tags,
        'metrics': read.metrics,
        'inputs': read.inputs
    })::varchar) as content_sha256,
    read.ingested_at
from read;
