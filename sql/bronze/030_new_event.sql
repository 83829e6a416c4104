-- object: step.new_event
-- kind: step
-- grain: one row per event that no earlier batch held; its least occurrence by file and offset
-- sources: bronze.event
create table if not exists silver.event_seen (event_id blob);

create or replace table step.new_event as
with occurrence as (
    select
        event.*,
        -- Batches of one known time are taken in together: a place is a place in one of them.
        (event.source_file, event.source_offset, event.batch_id) as place
    from bronze.event as event
)

select
    event.event_id,
    arg_min(event.kind, event.place) as kind,
    arg_min(event.event_type, event.place) as event_type,
    min(event.event_ns) as event_ns,
    min(event.run_id) as run_id,
    min(event.job_namespace) as job_namespace,
    min(event.job_name) as job_name,
    arg_min(event.batch_id, event.place) as batch_id,
    arg_min(event.source_file, event.place) as source_file,
    arg_min(event.source_offset, event.place) as source_offset
from occurrence as event
anti join silver.event_seen as seen on event.event_id = seen.event_id
group by event.event_id;

insert into silver.event_seen
select new_event.event_id from step.new_event as new_event;
