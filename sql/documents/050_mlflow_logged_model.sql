-- object: silver.mlflow_logged_model
-- kind: facts
-- grain: one row per logged model on a page of an MLflow server
-- sources: step.new_document
-- clause: MLflow 3 REST API 2.0, logged-models/search
-- clause: a metric that is no finite number has no value
-- column run_id: the run that logged it
-- column parameters: as a JSON object
-- column tags: as a JSON object
-- column metrics: name, value and time of each, and the dataset that it was measured on
-- column content_sha256: of what it says
create table if not exists silver.mlflow_logged_model (
    document_id blob,
    model_id varchar,
    run_id varchar,
    parameters json,
    tags json,
    metrics struct(
        name varchar,
        value double,
        measured_at timestamptz,
        dataset_name varchar,
        dataset_digest varchar,
        run_id varchar
    )[],
    content_sha256 varchar,
    ingested_at timestamptz
);

insert into silver.mlflow_logged_model
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(from_json(
            document.body -> 'models',
            '[{
                "info": {
                    "model_id": "VARCHAR",
                    "source_run_id": "VARCHAR",
                    "tags": [{"key": "VARCHAR", "value": "VARCHAR"}]
                },
                "data": {
                    "metrics": [{
                        "key": "VARCHAR",
                        "value": "DOUBLE",
                        "timestamp": "BIGINT",
                        "dataset_name": "VARCHAR",
                        "dataset_digest": "VARCHAR",
                        "run_id": "VARCHAR"
                    }],
                    "params": [{"key": "VARCHAR", "value": "VARCHAR"}]
                }
            }]'
        )) as model
    from step.new_document as document
    where document.kind = 'mlflow.logged_models'
),

read as (
    select
        told.document_id,
        told.model.info.model_id,
        nullif(told.model.info.source_run_id, '') as run_id,
        silver.pairs(coalesce(told.model.data.params, [])) as parameters,
        silver.pairs(coalesce(told.model.info.tags, [])) as tags,
        list_sort(list_transform(
            coalesce(told.model.data.metrics, []),
            lambda metric: {
                'name': metric.key,
                'value': if(isfinite(metric.value), metric.value, null),
                'measured_at': silver.told_at(metric.timestamp),
                'dataset_name': nullif(metric.dataset_name, ''),
                'dataset_digest': nullif(metric.dataset_digest, ''),
                'run_id': nullif(metric.run_id, '')
            }
        )) as metrics,
        told.ingested_at
    from told
    where told.model.info.model_id is not null
)

select
    read.document_id,
    read.model_id,
    read.run_id,
    read.parameters,
    read.tags,
    read.metrics,
    sha256(to_json({
        'model_id': read.model_id,
        'run_id': read.run_id,
        'parameters': read.parameters,
        'tags': read.tags,
        'metrics': read.metrics
    })::varchar) as content_sha256,
    read.ingested_at
from read;
