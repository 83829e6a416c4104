-- object: silver.statement
-- kind: facts
-- grain: one row per statement: a run of a job, or a job or dataset event, which is complete as it stands
-- sources: step.statement_event, step.touched_statement
-- column completed_ns: when it ended well, null if it did not or not yet
create table if not exists silver.statement (
    statement_id varchar,
    kind varchar,
    run_id varchar,
    job_namespace varchar,
    job_name varchar,
    first_ns bigint,
    completed_ns bigint
);

delete from silver.statement
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement
with ended as (
    select
        event.statement_id,
        min(event.kind) as kind,
        min(event.run_id) as run_id,
        min(event.job_namespace) as job_namespace,
        min(event.job_name) as job_name,
        min(event.event_ns) as first_ns,
        max({
            'event_ns': event.event_ns,
            'rank': case event.event_type when 'FAIL' then 3 when 'ABORT' then 2 else 1 end
        }) filter (where event.event_type in ('COMPLETE', 'FAIL', 'ABORT') or event.kind != 'run')
            as terminal
    from step.statement_event as event
    group by event.statement_id
)

select
    ended.statement_id,
    ended.kind,
    ended.run_id,
    ended.job_namespace,
    ended.job_name,
    ended.first_ns,
    case when ended.terminal.rank = 1 then ended.terminal.event_ns end as completed_ns
from ended;
