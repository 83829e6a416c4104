-- object: registry.operation
-- kind: history
-- grain: one row per (event, version, known time): what was done to a model in service, or for it
-- sources: silver.model_event, step.version_name, registry.version_name
-- clause: what platforms and applications log of models; what a registry logs of its own entries is in registry.change
-- clause: an outcome that the source does not state is unknown: nothing takes it for a success
-- clause: what was done stays done: it is valid from then on, for good
-- column version_node_id: the registered version of that name; null if there is none or more than one
-- column model: the model as the source names it
-- column version: the version as the source names it; null if it names none
-- column operation: the last part of the action's dotted name, such as monitoring_configured, rollback_tested or deployed
-- column environment: where, as the source names it
-- column outcome: success, failure, denied or unknown
-- column occurred_at: when
-- column actor_id: who, as the source names them
-- column evidence: the event in audit.event
-- column detail: what else the source says and is allowed to
-- column source: the format of its record, or the name of the generic source
-- column valid_from_at: when it was done
-- column valid_to_at: null
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.operation (
    version_node_id varchar,
    model varchar,
    version varchar,
    operation varchar,
    environment varchar,
    outcome varchar,
    occurred_at timestamptz,
    actor_id varchar,
    evidence varchar,
    detail json,
    source varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- An event never changes: only those count that are new, or whose version is another one now.
create or replace table step.renamed_version as
select distinct
    named.model,
    named.version
from registry.version_name as named
where getvariable('known_at') in (named.known_from_at, named.known_to_at);

-- What is new was told of by nobody before now; only what has another name now may have been.
create or replace table step.told_operation as
select
    now_told.evidence,
    now_told.version_node_id
from registry.operation as now_told
where now_told.known_to_at is null and now_told.known_from_at = getvariable('known_at')
union all
select
    earlier.evidence,
    earlier.version_node_id
from registry.operation as earlier
semi join step.renamed_version as renamed
    on earlier.model = renamed.model and earlier.version = renamed.version
where earlier.known_to_at is null and earlier.known_from_at < getvariable('known_at');

create or replace table step.operation as
with event as (
    select new_event.*
    from silver.model_event as new_event
    where new_event.ingested_at = getvariable('known_at')
    union all
    select earlier.*
    from silver.model_event as earlier
    semi join step.renamed_version as renamed
        on earlier.model_key = renamed.model and earlier.model_version = renamed.version
    where earlier.ingested_at < getvariable('known_at')
),

named as (
    select
        version_name.version_node_id,
        event.*,
        lower(hex(event.event_id)) as evidence
    from event
    left join step.version_name as version_name
        on event.model_key = version_name.model and event.model_version = version_name.version
    where event.model_key is not null and event.source not in ('mlflow', 'mlflow_access')
)

select
    named.version_node_id,
    named.model_key as model,
    named.model_version as version,
    regexp_extract(named.action, '([^.]*)$', 1) as operation,
    named.environment,
    named.outcome,
    named.occurred_at,
    named.actor_id,
    named.evidence,
    named.attrs as detail,
    named.source
from named
where
    not exists (
        select 1
        from step.told_operation as told
        where
            told.evidence = named.evidence
            and told.version_node_id is not distinct from named.version_node_id
    );

update registry.operation
set known_to_at = getvariable('known_at')
from (
    select fact.evidence
    from step.operation as fact
    semi join step.told_operation as told on fact.evidence = told.evidence
) as fact
where operation.known_to_at is null and operation.evidence = fact.evidence;

insert into registry.operation by name
select
    fact.*,
    fact.occurred_at as valid_from_at,
    null::timestamptz as valid_to_at,
    getvariable('known_at') as known_from_at,
    null::timestamptz as known_to_at
from step.operation as fact;

delete from registry.operation
where known_from_at = known_to_at;
