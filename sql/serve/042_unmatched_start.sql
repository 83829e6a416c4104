-- object: lineage.unmatched_start
-- kind: macro
-- grain: one row per run that started and of whose end nothing was told; streams apart, which run on
-- sources: lineage.run_at
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: it may still run, or have died, or its last event was lost: later runs of its job tell which is likely
create or replace macro lineage.unmatched_start(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with told as (
    select * from lineage.run_at(as_of := as_of, known_at := known_at)
)

select
    run.run_id,
    run.job_node_id,
    run.started_at,
    count(later.run_id) as later_run_count,
    count(later.run_id) filter (where later.is_closed) as later_end_count
from told as run
left join told as later
    on run.job_node_id = later.job_node_id and run.started_at < later.started_at
where
    run.started_at is not null
    and not run.is_closed
    and run.state = 'unknown'
group by run.run_id, run.job_node_id, run.started_at;
