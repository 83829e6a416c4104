-- object: lineage.version_upstream
-- kind: macro
-- grain: one row per (run that stands behind a version of a node, dataset that it read), each with the exact version
-- sources: lineage.dataset_version, lineage.alias, lineage.run, lineage.run_input
-- clause: the runs that wrote the version, and what stood behind them then; without a version all that were written
create or replace macro lineage.version_upstream(
    node, version := null, max_depth := null
) as table
with recursive meant as (
    select node as node_id
    union
    select alias.node_id
    from lineage.alias as alias
    where alias.alias_node_id = node and alias.known_to_at is null
),

walk (run_id, depth) using key (run_id) as (
    select distinct
        written.run_id,
        0
    from lineage.dataset_version as written
    semi join meant on written.dataset_node_id = meant.node_id
    where version is null or written.dataset_version = version
    union
    select
        read.written_by_run_id,
        min(walk.depth) + 1
    from walk
    inner join lineage.run_input as read on walk.run_id = read.run_id
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
left join lineage.run_input as read on walk.run_id = read.run_id
order by walk.depth, walk.run_id, read.dataset_node_id;
