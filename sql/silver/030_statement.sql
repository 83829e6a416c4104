-- object: silver.statement
-- kind: facts
-- grain: one row per statement: a run of a job, or a snapshot of one, or a job or dataset event, which is complete as it stands
-- sources: step.statement_event, step.touched_statement
-- column completed_ns: when it ended well, null if it did not or not yet; of a snapshot its run
-- column whole_id: the run of the job; the same as the statement where its events add up
-- column is_snapshot: one event of a run whose events do not add up
create table if not exists silver.statement (
    statement_id varchar,
    kind varchar,
    run_id varchar,
    job_namespace varchar,
    job_name varchar,
    first_ns bigint,
    completed_ns bigint,
    whole_id varchar,
    is_snapshot boolean
);

-- Whose events turn out to stand alone, or to add up after all, leaves nothing behind.
insert into step.touched_statement
select known.statement_id
from silver.statement as known
semi join step.touched_statement as touched on known.whole_id = touched.statement_id
union
select event.statement_id
from step.statement_event as event
except
select touched.statement_id
from step.touched_statement as touched;

delete from silver.statement
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement
with ended as (
    select
        event.whole_id,
        min(event.kind) as kind,
        min(event.run_id) as run_id,
        min(event.job_namespace) as job_namespace,
        min(event.job_name) as job_name,
        max({
            'event_ns': event.event_ns,
            'rank': case event.event_type when 'FAIL' then 3 when 'ABORT' then 2 else 1 end
        }) filter (where event.event_type in ('COMPLETE', 'FAIL', 'ABORT') or event.kind != 'run')
            as terminal
    from step.statement_event as event
    group by event.whole_id
),

begun as (
    select
        event.statement_id,
        event.whole_id,
        min(event.event_ns) as first_ns
    from step.statement_event as event
    group by event.statement_id, event.whole_id
)

select
    begun.statement_id,
    ended.kind,
    ended.run_id,
    ended.job_namespace,
    ended.job_name,
    begun.first_ns,
    case when ended.terminal.rank = 1 then ended.terminal.event_ns end as completed_ns,
    begun.whole_id,
    begun.statement_id != begun.whole_id as is_snapshot
from begun
inner join ended on begun.whole_id = ended.whole_id;
