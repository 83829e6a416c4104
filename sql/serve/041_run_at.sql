-- object: lineage.run_at
-- kind: macro
-- grain: one row per run that had begun as of a time, as we had been told of it at a known time (null: now)
-- sources: lineage.run_history
-- clause: what was told after known_at, such as how a run ended, is not in it
-- clause: a run that ended after as_of was RUNNING; one of which neither start nor end was told is in it at any time
create or replace macro lineage.run_at(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with told as (
    select
        history.* exclude (known_from_at, known_to_at),
        coalesce(history.ended_at > as_of::timestamptz, false) as is_ahead
    from lineage.run_history as history
    where
        graph.holds(history.known_from_at, history.known_to_at, known_at)
        and coalesce(coalesce(history.started_at, history.ended_at) <= as_of::timestamptz, true)
)

select
    told.run_id,
    told.job_node_id,
    if(told.is_ahead, 'RUNNING', told.state) as state,
    told.started_at,
    if(told.is_ahead, null, told.ended_at) as ended_at,
    if(told.is_ahead, null, told.duration_ms) as duration_ms,
    told.parent_run_id,
    told.root_run_id,
    told.is_closed and not told.is_ahead as is_closed,
    told.parent_job_node_id,
    told.root_job_node_id
from told
order by told.run_id;
