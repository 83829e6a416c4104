-- object: silver.audit_source_count
-- kind: facts
-- grain: one row per source of audit events: its occurrences, duplicates among them
-- sources: bronze.audit_event, step.new_batch
create table if not exists silver.audit_source_count (
    source varchar,
    occurrence_count bigint,
    interim_count bigint,
    first_event_at timestamptz,
    last_event_at timestamptz,
    last_ingested_at timestamptz
);

create or replace table step.audit_source_count as
select
    event.source,
    count(*) as occurrence_count,
    count(*) filter (where event.is_interim) as interim_count,
    min(event.occurred_at) filter (where event.is_interim is not true) as first_event_at,
    max(event.occurred_at) filter (where event.is_interim is not true) as last_event_at,
    max(event.ingested_at) as last_ingested_at
from bronze.audit_event as event
semi join step.new_batch as batch on event.batch_id = batch.batch_id
group by event.source
union all
select
    counted.source,
    counted.occurrence_count,
    counted.interim_count,
    counted.first_event_at,
    counted.last_event_at,
    counted.last_ingested_at
from silver.audit_source_count as counted;

delete from silver.audit_source_count;

insert into silver.audit_source_count
select
    counted.source,
    sum(counted.occurrence_count)::bigint as occurrence_count,
    sum(counted.interim_count)::bigint as interim_count,
    min(counted.first_event_at) as first_event_at,
    max(counted.last_event_at) as last_event_at,
    max(counted.last_ingested_at) as last_ingested_at
from step.audit_source_count as counted
group by counted.source;
