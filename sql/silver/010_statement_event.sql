-- object: step.statement_event
-- kind: step
-- grain: one row per distinct event of a touched statement
-- sources: bronze.event, step.touched_statement
create or replace table step.statement_event as
with named as (
    select
        event.event_id,
        event.kind,
        event.event_type,
        event.event_ns,
        event.run_id,
        event.job_namespace,
        event.job_name,
        case
            when event.kind = 'run'
                then concat_ws(chr(31), event.run_id, event.job_namespace, event.job_name)
            else concat_ws(chr(31), event.kind || ' event', hex(event.event_id))
        end as statement_id
    from bronze.event as event
)

select distinct named.*
from named
semi join step.touched_statement as touched on named.statement_id = touched.statement_id;
