-- object: graph.runs_behind
-- kind: macro
-- grain: one row per (run that is given or stands behind one that is, dataset that it read for it); a run that read nothing has one row without a dataset
-- sources: lineage.run, lineage.run_history, lineage.run_input_history
-- clause: from each input to the run that wrote the version that was read, whatever was written since
-- clause: of what a run read, that counts which is stated, or taken, to flow into what was asked of it
-- clause: roots: run_id and node_id, the output that is asked of the run; an empty text: whatever it read
-- clause: known_at asks what we had been told then, of job and state too; they are null of a run of which nothing was
create or replace macro graph.runs_behind(roots, max_depth, known_at) as table
with recursive input as (
    select told.*
    from lineage.run_input_history as told
    where graph.holds(told.known_from_at, told.known_to_at, known_at)
),

walk (run_id, node_id, depth) using key (run_id, node_id) as (
    select
        known.run_id,
        root.one.node_id,
        0
    from (select unnest(roots) as one) as root
    inner join lineage.run as known on root.one.run_id = known.run_id
    union
    select
        read.written_by_run_id,
        read.dataset_node_id,
        min(walk.depth) + 1
    from walk
    inner join input as read
        on
            walk.run_id = read.run_id
            and (walk.node_id = '' or list_contains(read.feeds, walk.node_id))
    anti join recurring.walk as seen
        on read.written_by_run_id = seen.run_id and read.dataset_node_id = seen.node_id
    where
        read.written_by_run_id is not null
        and (max_depth is null or walk.depth < max_depth)
    group by read.written_by_run_id, read.dataset_node_id
),

reached as (
    select
        walk.run_id,
        min(walk.depth) as depth,
        bool_or(walk.node_id = '') as is_whole,
        list(walk.node_id) as node_ids
    from walk
    group by walk.run_id
)

select
    reached.depth,
    reached.run_id,
    told.job_node_id,
    told.state,
    read.dataset_node_id,
    read.dataset_version,
    read.version_basis,
    read.is_ambiguous,
    read.written_by_run_id
from reached
left join lineage.run_history as told
    on
        reached.run_id = told.run_id
        and graph.holds(told.known_from_at, told.known_to_at, known_at)
left join input as read
    on
        reached.run_id = read.run_id
        and (reached.is_whole or list_has_any(read.feeds, reached.node_ids))
order by reached.depth, reached.run_id, read.dataset_node_id;
