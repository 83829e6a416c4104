-- object: silver.audit_activity
-- kind: facts
-- grain: one row per (source, action, day, what its records lack, scan, whether they are notes of requests that were not answered) and publication that took them in: occurrences, duplicates among them
-- sources: bronze.audit_event, step.new_batch
-- clause: days are those of UTC

-- noqa: disable=references.qualification
create table if not exists silver.audit_activity (
    source varchar,
    action varchar,
    day_on date,
    lacks utinyint,
    ingested_at timestamptz,
    is_interim boolean,
    occurrence_count bigint,
    first_event_at timestamptz,
    last_event_at timestamptz
);

insert into silver.audit_activity
select
    event.source,
    event.action,
    make_timestamp(epoch_us(event.occurred_at))::date as day_on,
    silver.lacks_of(event) as lacks,
    event.ingested_at,
    event.is_interim is true as is_interim,
    count(*) as occurrence_count,
    min(event.occurred_at) as first_event_at,
    max(event.occurred_at) as last_event_at
from bronze.audit_event as event
semi join step.new_batch as batch on event.batch_id = batch.batch_id
group by all;
