-- object: silver.model_use
-- kind: facts
-- grain: one row per (source, endpoint, model, version, day, batch) that audit events show in use
-- sources: bronze.audit_event, step.new_batch
-- clause: calls of a SageMaker endpoint, readings of an InferenceService, and what applications log of a model; what was refused is no use
-- clause: a look at a registry is none: it is not the model that answers
-- column source: the format of the record, or the name of the generic source
-- column platform: where the endpoint is; null if none is named
-- column name: what it is called there
-- column model: the model as the source names it; null if it names none
-- column version: the version as the source names it
-- column is_answer: whether the endpoint was asked for an answer
-- column first_at: the first event of the day
-- column last_at: the last one
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.model_use (
    source varchar,
    platform varchar,
    name varchar,
    model varchar,
    version varchar,
    is_answer boolean,
    first_at timestamptz,
    last_at timestamptz,
    ingested_at timestamptz
);

insert into silver.model_use
with used as (
    select
        audit.batch_id,
        audit.source,
        case
            when audit.source = 'kubernetes'
                then {
                    'platform': 'kubernetes://' || (audit.attrs::json ->> '$.namespace'),
                    'name': audit.resource_name
                }
            when contains(audit.resource_id, ':endpoint/')
                then silver.deployment_of(audit.resource_id)
        end as endpoint,
        audit.model_key as model,
        audit.model_version as version,
        starts_with(audit.action, 'InvokeEndpoint') as is_answer,
        audit.occurred_at,
        audit.ingested_at
    from bronze.audit_event as audit
    semi join step.new_batch as batch on audit.batch_id = batch.batch_id
    where
        not audit.is_interim
        and audit.occurred_at is not null
        and audit.outcome in ('success', 'unknown')
        and (
            audit.category = 'access'
            or (audit.category = 'other' and audit.source != 'cloudevents')
        )
        and audit.source not in ('mlflow', 'mlflow_access')
        and (
            starts_with(audit.action, 'InvokeEndpoint')
            or (audit.source = 'kubernetes' and audit.resource_type = 'inferenceservices')
            or (audit.source not in ('kubernetes', 'cloudtrail') and audit.model_key is not null)
        )
)

select
    used.source,
    used.endpoint.platform,
    used.endpoint.name,
    used.model,
    used.version,
    used.is_answer,
    min(used.occurred_at) as first_at,
    max(used.occurred_at) as last_at,
    used.ingested_at
from used
where
    (used.endpoint.platform is not null and used.endpoint.name is not null)
    or used.model is not null
group by
    used.batch_id,
    used.source,
    used.endpoint,
    used.model,
    used.version,
    used.is_answer,
    make_timestamp(epoch_us(used.occurred_at))::date,
    used.ingested_at;
