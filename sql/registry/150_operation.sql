-- object: registry.operation
-- kind: history
-- grain: one row per (event, version, known time): what was done to a model in service, or for it
-- sources: silver.model_event, step.version_name
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

create or replace table step.operation as
select
    named.version_node_id,
    event.model_key as model,
    event.model_version as version,
    regexp_extract(event.action, '([^.]*)$', 1) as operation,
    event.environment,
    event.outcome,
    event.occurred_at,
    event.actor_id,
    lower(hex(event.event_id)) as evidence,
    event.attrs as detail,
    event.source,
    event.occurred_at as valid_from_at,
    null::timestamptz as valid_to_at
from silver.model_event as event
left join step.version_name as named
    on event.model_key = named.model and event.model_version = named.version
where
    event.model_key is not null
    and event.source not in ('mlflow', 'mlflow_access')
    and event.ingested_at <= getvariable('known_at');

-- noqa: disable=layout.indent
merge into registry.operation as told
using step.operation as fact
    on
        told.known_to_at is null
        and told.version_node_id is not distinct from fact.version_node_id
        and told.model = fact.model
        and told.version is not distinct from fact.version
        and told.operation is not distinct from fact.operation
        and told.environment is not distinct from fact.environment
        and told.outcome is not distinct from fact.outcome
        and told.occurred_at is not distinct from fact.occurred_at
        and told.actor_id is not distinct from fact.actor_id
        and told.evidence = fact.evidence
        and told.detail is not distinct from fact.detail
        and told.source = fact.source
        and told.valid_from_at is not distinct from fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, model, version, operation, environment, outcome, occurred_at, actor_id,
        evidence, detail, source, valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.model, fact.version, fact.operation, fact.environment,
        fact.outcome, fact.occurred_at, fact.actor_id, fact.evidence, fact.detail, fact.source,
        fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.operation
where known_from_at = known_to_at;
