-- object: graph.runs_behind
-- kind: macro
-- grain: one row per (run that is given or stands behind one that is, dataset that it read); a run that read nothing has one row without a dataset
-- sources: lineage.run, lineage.run_input_history
-- clause: from each input to the run that wrote the version that was read, whatever was written since
-- clause: known_at asks what we had been told then; job and state are as known today
create or replace macro graph.runs_behind(runs, max_depth, known_at) as table
with recursive input as (
    select told.*
    from lineage.run_input_history as told
    where graph.holds(told.known_from_at, told.known_to_at, known_at)
),

walk (run_id, depth) using key (run_id) as (
    select
        known.run_id,
        0
    from lineage.run as known
    where list_contains(runs, known.run_id)
    union
    select
        read.written_by_run_id,
        min(walk.depth) + 1
    from walk
    inner join input as read on walk.run_id = read.run_id
    anti join recurring.walk as seen on read.written_by_run_id = seen.run_id
    where
        read.written_by_run_id is not null
        and (max_depth is null or walk.depth < max_depth)
    group by read.written_by_run_id
)

select
    walk.depth,
    walk.run_id,
    reached.job_node_id,
    reached.state,
    read.dataset_node_id,
    read.dataset_version,
    read.version_basis,
    read.is_ambiguous,
    read.written_by_run_id
from walk
inner join lineage.run as reached on walk.run_id = reached.run_id
left join input as read on walk.run_id = read.run_id
order by walk.depth, walk.run_id, read.dataset_node_id;
