-- object: silver.model_event
-- kind: facts
-- grain: one row per audit event that says what was done to a model or a version of one, or that decides a ticket
-- sources: bronze.audit_event, step.new_batch, step.audit_occurrence
-- clause: of occurrences the least (ingested_at, source_file, source_offset) is kept; who merely asked a model for an answer is no such event
-- column event_id: the event in audit.event
-- column source: the format of its record, or the name of the generic source
-- column action: the source's own verb
-- column category: deploy, retire, register, approve, eval, config or incident
-- column outcome: success, failure, denied or unknown
-- column occurred_at: when it happened
-- column actor_id: who did it, as the source names it
-- column activity_id: 1 created, 2 read, 3 updated, 4 deleted, as OCSF counts
-- column model_key: the model as the source names it; null if a ticket names none
-- column model_version: the version as the source names it; null if it names none
-- column resource_type: what it was done to, such as inferenceservices
-- column resource_id: which one
-- column resource_name: which one, in short
-- column environment: where
-- column reason: why, as the source says
-- column ticket_ref: the ticket that it belongs to
-- column attrs: what else the source says and is allowed to
-- column incident_id: which incident it tells of; null if of none
-- column source_file: the log that told us first
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.model_event (
    event_id blob,
    source varchar,
    action varchar,
    category varchar,
    outcome varchar,
    occurred_at timestamptz,
    actor_id varchar,
    activity_id utinyint,
    model_key varchar,
    model_version varchar,
    resource_type varchar,
    resource_id varchar,
    resource_name varchar,
    environment varchar,
    reason varchar,
    ticket_ref varchar,
    attrs json,
    incident_id varchar,
    source_file varchar,
    ingested_at timestamptz
);

insert into silver.model_event
-- Read twice instead of kept aside: what came again is next to nothing, and told before it is read.
with event as not materialized (
    select event.*
    from bronze.audit_event as event
    semi join step.new_batch as batch on event.batch_id = batch.batch_id
    anti join silver.model_event as known on event.event_id = known.event_id
    where
        (
            event.model_key is not null
            or (event.category = 'approve' and event.ticket_ref is not null)
        )
        and not event.is_interim
        and event.category in (
            'deploy', 'retire', 'register', 'approve', 'eval', 'config', 'incident'
        )
),

kept as (
    select event.*
    from event
    anti join step.audit_occurrence as again on event.event_id = again.event_id
    union all
    select event.*
    from event
    semi join step.audit_occurrence as again on event.event_id = again.event_id
    qualify
        row_number() over (
            partition by event.event_id
            order by event.ingested_at, event.source_file, event.source_offset
        ) = 1
)

select
    event.event_id,
    event.source,
    event.action,
    event.category,
    event.outcome,
    event.occurred_at,
    event.actor_id,
    event.activity_id,
    event.model_key,
    event.model_version,
    event.resource_type,
    event.resource_id,
    event.resource_name,
    event.environment,
    event.reason,
    event.ticket_ref,
    event.attrs::json as attrs,
    if(
        event.category = 'incident',
        coalesce(
            event.attrs ->> '$.incident',
            nullif(regexp_extract(event.resource_id, '^incidents/(.+)$', 1), ''),
            lower(hex(event.event_id))
        ),
        null
    ) as incident_id,
    event.source_file,
    event.ingested_at
from kept as event;
