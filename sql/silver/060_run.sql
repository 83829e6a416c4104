-- object: lineage.run
-- kind: facts
-- grain: one row per run
-- sources: bronze.event, bronze.event_facet, silver.parent_facet, silver.job_type_facet, step.statement_event
-- clause: the terminal event with the later time decides; on a tie FAIL, ABORT, COMPLETE
-- column run_id: the producer's id, as sent; not always a UUID
-- column job_node_id: the job of its first event
-- column state: COMPLETE, FAIL or ABORT once it ended; RUNNING for a stream that has not; else unknown
-- column started_at: its earliest START, null if none arrived
-- column ended_at: its terminal event, null if none arrived
-- column duration_ms: from start to end, milliseconds; null where it ends before it starts
-- column parent_run_id: the run that started it; never a data flow
-- column root_run_id: the run at the top, where the producer names it
-- column is_closed: whether a terminal event has arrived
-- column parent_job_node_id: the job of the run that started it, as stated here; its own events may say otherwise, or nothing
-- column root_job_node_id: the job of the run at the top, as stated here
create table if not exists lineage.run (
    run_id varchar,
    job_node_id varchar,
    state varchar,
    started_at timestamptz,
    ended_at timestamptz,
    duration_ms bigint,
    parent_run_id varchar,
    root_run_id varchar,
    is_closed boolean,
    parent_job_node_id varchar,
    root_job_node_id varchar
);

create or replace table step.touched_run as
select distinct event.run_id
from step.statement_event as event
where event.kind = 'run';

delete from lineage.run
where run_id in (select touched.run_id from step.touched_run as touched);

insert into lineage.run
with run_event as (
    select distinct
        event.event_id,
        event.run_id,
        event.event_type,
        event.event_ns,
        event.job_namespace,
        event.job_name
    from bronze.event as event
    semi join step.touched_run as touched on event.run_id = touched.run_id
    where event.kind = 'run'
),

folded as (
    select
        run_event.run_id,
        min({
            'event_ns': run_event.event_ns,
            'namespace': run_event.job_namespace,
            'name': run_event.job_name
        }) as job,
        min(run_event.event_ns) filter (where run_event.event_type = 'START') as started_ns,
        max({
            'event_ns': run_event.event_ns,
            'rank': case run_event.event_type when 'FAIL' then 3 when 'ABORT' then 2 else 1 end,
            'state': run_event.event_type
        }) filter (where run_event.event_type in ('COMPLETE', 'FAIL', 'ABORT')) as terminal
    from run_event
    group by run_event.run_id
),

parent as (
    select
        run_event.run_id,
        max({
            'event_ns': run_event.event_ns,
            'parent': stated.parent_run_id,
            'root': stated.root_run_id,
            'parent_job': stated.parent_job_node_id,
            'root_job': stated.root_job_node_id
        }) as latest
    from run_event
    inner join bronze.event_facet as facet on run_event.event_id = facet.event_id
    inner join silver.parent_facet as stated on facet.facet_digest = stated.facet_digest
    where facet.key in ('parent', 'parentRun') and facet.holder = 'run'
    group by run_event.run_id
),

streaming as (
    select distinct run_event.run_id
    from run_event
    inner join bronze.event_facet as facet on run_event.event_id = facet.event_id
    inner join silver.job_type_facet as job_type on facet.facet_digest = job_type.facet_digest
    where facet.key = 'jobType' and upper(job_type.processing_type) in ('STREAMING', 'SERVICE')
)

select
    folded.run_id,
    silver.node_of('job', folded.job.namespace, folded.job.name) as job_node_id,
    case
        when folded.terminal is not null then folded.terminal.state
        when streaming.run_id is not null then 'RUNNING'
        else 'unknown'
    end as state,
    silver.instant(folded.started_ns) as started_at,
    silver.instant(folded.terminal.event_ns) as ended_at,
    case
        when folded.terminal.event_ns >= folded.started_ns
            then (folded.terminal.event_ns - folded.started_ns) // 1000000
    end as duration_ms,
    parent.latest.parent as parent_run_id,
    parent.latest.root as root_run_id,
    folded.terminal is not null as is_closed,
    parent.latest.parent_job as parent_job_node_id,
    parent.latest.root_job as root_job_node_id
from folded
left join parent on folded.run_id = parent.run_id
left join streaming on folded.run_id = streaming.run_id;
