-- object: step.statement_event
-- kind: step
-- grain: one row per (touched statement, distinct event of it)
-- sources: bronze.event, bronze.event_facet, silver.job_type_facet, step.touched_statement
-- clause: events of a run of a job add up to one statement, unless the job says last that each is a COMPLETE_SNAPSHOT: then each is one
-- column whole_id: the run of the job; the same as the statement where its events add up
create or replace table step.whole_event as
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
        end as whole_id
    from bronze.event as event
)

select distinct named.*
from named
semi join step.touched_statement as touched on named.whole_id = touched.statement_id;

create or replace table step.snapshot as
with stated as (
    select
        event.whole_id,
        max({'event_ns': event.event_ns, 'digest': facet.facet_digest}).digest as facet_digest
    from step.whole_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    where event.kind = 'run' and facet.key = 'jobType' and facet.holder = 'job'
    group by event.whole_id
)

select stated.whole_id
from stated
inner join silver.job_type_facet as job_type on stated.facet_digest = job_type.facet_digest
where upper(job_type.event_content_mode) = 'COMPLETE_SNAPSHOT';

create or replace table step.statement_event as
select
    event.*,
    if(
        snapshot.whole_id is null,
        event.whole_id,
        concat_ws(chr(31), event.whole_id, hex(event.event_id))
    ) as statement_id
from step.whole_event as event
left join step.snapshot as snapshot on event.whole_id = snapshot.whole_id;
