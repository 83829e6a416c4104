-- object: silver.endpoint_event
-- kind: facts
-- grain: one row per audit event that puts a model behind an endpoint, or takes an endpoint away
-- sources: bronze.audit_event, step.new_batch
-- clause: what was refused or failed changes nothing and is left out
-- clause: KServe: create, update or patch of an InferenceService that says from where the model is loaded, or creates it; a patch that does not say so changes something else; delete takes it away
-- clause: SageMaker: CreateEndpoint, UpdateEndpoint, DeleteEndpoint; which model a configuration holds these calls do not say
-- clause: any other source: a verb whose last part is deployed, redeployed or rolled_out, or undeployed, decommissioned or retired, and that names its endpoint
-- clause: rolled_back is neither: it does not say whether the version that it names came or went
-- column event_id: the event in audit.event
-- column source: the format of its record, or the name of the generic source
-- column platform: where the endpoint is, as the source names it
-- column name: what it is called there
-- column model: the model as the source names it; null if it names none
-- column version: the version as the source names it
-- column artifact_sha256: the artifact, if it is named by its digest
-- column environment: where, in the source's own word; of KServe the namespace
-- column is_removal: whether it takes the endpoint away
-- column occurred_at: when it happened
-- column actor_id: who did it, as the source names it
-- column source_file: the log that told us first
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.endpoint_event (
    event_id blob,
    source varchar,
    platform varchar,
    name varchar,
    model varchar,
    version varchar,
    artifact_sha256 varchar,
    environment varchar,
    is_removal boolean,
    occurred_at timestamptz,
    actor_id varchar,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.endpoint_event
with event as (
    select
        audit.event_id,
        audit.source,
        audit.action,
        regexp_extract(audit.action, '([^.]*)$', 1) as verb,
        audit.resource_type,
        audit.resource_id,
        audit.resource_name,
        audit.tenant,
        audit.model_key,
        audit.model_version,
        audit.environment,
        audit.attrs::json as attrs,
        audit.occurred_at,
        audit.actor_id,
        audit.source_file,
        audit.ingested_at
    from bronze.audit_event as audit
    semi join step.new_batch as batch on audit.batch_id = batch.batch_id
    anti join silver.endpoint_event as known on audit.event_id = known.event_id
    where
        not audit.is_interim
        and audit.occurred_at is not null
        and audit.outcome in ('success', 'unknown')
        and (
            (
                audit.source = 'kubernetes'
                and audit.resource_type = 'inferenceservices'
                and audit.action in ('create', 'update', 'patch', 'delete')
            )
            or (
                audit.source = 'cloudtrail'
                and audit.action in ('CreateEndpoint', 'UpdateEndpoint', 'DeleteEndpoint')
            )
            or (
                regexp_matches(
                    audit.action,
                    '(^|[.])(deployed|redeployed|rolled_out|undeployed|decommissioned|retired)$'
                )
                and audit.source not in ('kubernetes', 'cloudtrail', 'mlflow', 'mlflow_access')
            )
        )
    qualify
        row_number() over (
            partition by audit.event_id
            order by audit.ingested_at, audit.source_file, audit.source_offset
        ) = 1
),

placed as (
    select
        event.*,
        case
            when event.source = 'kubernetes'
                then {
                    'platform': 'kubernetes://' || (event.attrs ->> '$.namespace'),
                    'name': event.resource_name
                }
            when event.source = 'cloudtrail'
                then coalesce(
                    if(
                        contains(event.resource_id, ':endpoint/'),
                        silver.deployment_of(event.resource_id),
                        null
                    ),
                    {
                        'platform': 'arn:aws:sagemaker:' || (event.attrs ->> '$.region')
                        || ':' || event.tenant,
                        'name': event.resource_name
                    }
                )
            else silver.deployment_of(event.attrs ->> '$.endpoint')
        end as endpoint,
        event.action in ('delete', 'DeleteEndpoint')
        or event.verb in ('undeployed', 'decommissioned', 'retired') as is_removal
    from event
)

select
    placed.event_id,
    placed.source,
    placed.endpoint.platform,
    placed.endpoint.name,
    if(placed.source = 'cloudtrail', null, placed.model_key) as model,
    if(placed.source = 'cloudtrail', null, placed.model_version) as version,
    silver.sha256_of(placed.attrs ->> '$.artifact') as artifact_sha256,
    if(placed.source = 'kubernetes', placed.attrs ->> '$.namespace', placed.environment)
        as environment,
    placed.is_removal,
    placed.occurred_at,
    placed.actor_id,
    placed.source_file,
    placed.ingested_at
from placed
where
    placed.endpoint.platform is not null
    and placed.endpoint.name is not null
    and (
        placed.is_removal
        or placed.source = 'cloudtrail'
        or placed.verb in ('deployed', 'redeployed', 'rolled_out')
        or (placed.source = 'kubernetes' and placed.action = 'create')
        or (placed.source = 'kubernetes' and placed.attrs ->> '$.storage_uri' is not null)
    );
