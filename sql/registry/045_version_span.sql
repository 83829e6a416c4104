-- object: step.version_span
-- kind: step
-- grain: one row per (listing, version, time in which it, its run and its logged model are told alike): what they say
-- sources: step.version_at, step.listing_point, step.lasting, step.registration, silver.listed_version, silver.mlflow_run, silver.mlflow_logged_model
create or replace table step.told_span as
select
    version.listing,
    {'name': version.name, 'version': version.version} as subject,
    version.n as first_n,
    version.n as last_n,
    {
        'model_owner': version.model_owner,
        'run_id': version.run_id,
        'content_sha256': version.content_sha256,
        'model_sha256': version.model_sha256,
        'run_sha256': version.run_sha256
    } as item,
    version.made_at,
    version.document_id
from step.version_at as version;

create or replace table step.version_span as
with span as (
    select
        lasting.listing,
        lasting.first_n,
        lasting.last_n,
        lasting.valid_from_at as made_at,
        silver.node_of('modelVersion', lasting.listing.registry, lasting.subject.name)
        || ':' || silver.encode_part(lasting.subject.version) as version_node_id,
        silver.node_of('model', lasting.listing.registry, lasting.subject.name) as model_node_id,
        lasting.subject.name,
        lasting.subject.version,
        lasting.item,
        lasting.document_id,
        version.model_document_id,
        version.run_document_id
    from step.lasting('step.told_span', 'step.listing_point') as lasting
    inner join step.version_at as version
        on
            lasting.listing = version.listing
            and lasting.subject.name = version.name
            and lasting.subject.version = version.version
            and lasting.first_n = version.n
),

version as (
    select
        version.document_id,
        version.name,
        version.version,
        version.content_sha256,
        any_value(version.tags) as tags,
        any_value(version.status) as status,
        any_value(version.stage) as stage,
        any_value(version.code) as code,
        any_value(version.trainer) as trainer,
        any_value(version.created_at) as created_at
    from silver.listed_version as version
    group by version.document_id, version.name, version.version, version.content_sha256
),

run as (
    select distinct on (run.document_id, run.content_sha256) run.*
    from silver.mlflow_run as run
    semi join span
        on run.document_id = span.run_document_id and run.content_sha256 = span.item.run_sha256
),

logged_model as (
    select distinct on (logged_model.document_id, logged_model.content_sha256) logged_model.*
    from silver.mlflow_logged_model as logged_model
    semi join span
        on
            logged_model.document_id = span.model_document_id
            and logged_model.content_sha256 = span.item.model_sha256
),

told as (
    select
        registration.listing,
        registration.n,
        unnest(registration.versions) as version
    from step.registration as registration
),

filed as (
    select
        told.listing,
        told.n,
        told.version,
        list_transform(
            list_zip(json_keys(told.version.metrics), told.version.metrics -> '$.*'),
            lambda metric: {
                'name': metric[1],
                'value': list_filter(
                    [try_cast(metric[2]::varchar as double)], lambda value: isfinite(value)
                )[1],
                'measured_at': null::timestamptz,
                'dataset_name': if(
                    len(told.version.evaluation_data) = 1, told.version.evaluation_data[1], null
                ),
                'dataset_digest': null::varchar,
                'run_id': told.version.run_id
            }
        ) as model_metrics,
        list_transform(
            told.version.training_data,
            lambda name: {
                'context': 'training',
                'name': name,
                'digest': null::varchar,
                'source': null::varchar,
                'lineage_namespace': null::varchar,
                'lineage_name': null::varchar
            }
        ) || list_transform(
            told.version.evaluation_data,
            lambda name: {
                'context': 'evaluation',
                'name': name,
                'digest': null::varchar,
                'source': null::varchar,
                'lineage_namespace': null::varchar,
                'lineage_name': null::varchar
            }
        ) as inputs
    from told
)

select
    span.*,
    coalesce(
        silver.artifact_digest(version.tags ->> 'artifact_sha256'),
        silver.artifact_digest(logged_model.tags ->> 'artifact_sha256')
    ) as artifact_sha256,
    span.item.run_id,
    coalesce(
        nullif(run.tags ->> 'openlineage.runId', ''),
        nullif(version.tags ->> 'openlineage.runId', '')
    ) as openlineage_run_id,
    coalesce(run.code, version.code) as code,
    coalesce(run.parameters, logged_model.parameters) as parameters,
    coalesce(nullif(version.tags ->> 'owner', ''), span.item.model_owner) as owner,
    version.status,
    version.stage,
    coalesce(run.trainer, version.trainer) as trainer,
    nullif(version.tags ->> 'card', '') as card_ref,
    version.tags,
    version.created_at as registered_at,
    coalesce(logged_model.metrics, []) as model_metrics,
    coalesce(run.metrics, []) as run_metrics,
    coalesce(run.inputs, []) as inputs
from span
inner join version
    on
        span.document_id = version.document_id
        and span.name = version.name
        and span.version = version.version
        and span.item.content_sha256 = version.content_sha256
left join run
    on span.run_document_id = run.document_id and span.item.run_sha256 = run.content_sha256
left join logged_model
    on
        span.model_document_id = logged_model.document_id
        and span.item.model_sha256 = logged_model.content_sha256
union all
select
    span.*,
    silver.artifact_digest(filed.version.artifact_sha256) as artifact_sha256,
    filed.version.run_id,
    null as openlineage_run_id,
    filed.version.code,
    filed.version.parameters,
    coalesce(filed.version.owner, span.item.model_owner) as owner,
    filed.version.status,
    null as stage,
    filed.version.trainer,
    filed.version.card as card_ref,
    '{}'::json as tags,
    filed.version.registered_at,
    filed.model_metrics,
    [] as run_metrics,
    filed.inputs
from filed
inner join span
    on
        filed.listing = span.listing
        and filed.n = span.first_n
        and filed.version.version = span.version;
