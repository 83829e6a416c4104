-- object: step.going_event
-- kind: step
-- grain: one row per (batch, event) of which no occurrence is left in its batch once the files have gone
-- sources: bronze.event, bronze.audit_event, bronze.flag, step.going_file
-- clause: of audit events those that bear a flag: nothing else is kept by their identifier
create or replace table step.going_event as
with flagged as (
    select distinct
        event.batch_id,
        event.event_id
    from bronze.audit_event as event
    semi join step.going_file as going on event.source_file = going.source_file
    semi join bronze.flag as flag
        on event.batch_id = flag.batch_id and event.event_id = flag.event_id
),

staying as (
    select
        event.batch_id,
        event.event_id
    from bronze.audit_event as event
    semi join flagged
        on event.batch_id = flagged.batch_id and event.event_id = flagged.event_id
    anti join step.going_file as going on event.source_file = going.source_file
)

select
    event.batch_id,
    event.event_id
from bronze.event as event
left join step.going_file as going on event.source_file = going.source_file
group by event.batch_id, event.event_id
having count(*) = count(going.source_file)
union all
select
    flagged.batch_id,
    flagged.event_id
from flagged
anti join staying
    on flagged.batch_id = staying.batch_id and flagged.event_id = staying.event_id;
