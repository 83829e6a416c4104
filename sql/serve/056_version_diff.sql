-- object: lineage.version_diff
-- kind: macro
-- grain: one row per node, edge, column edge, field, dataset version or run behind one model version that differs behind another
-- sources: graph.compare, lineage.version_upstream, lineage.dataset_version, lineage.node, lineage.edge
-- clause: of each the lineage that held when it was last written, or where no run is known to have, when an event first named it
-- clause: where each was made of one dataset alone, the one counts as the other: a node that changed, whose columns and fields are compared
-- clause: subject is version (of a dataset that was read; before and after list all that were) or run (of a job), and as in lineage.diff
-- clause: a version is unknown where one that was read is, unless the same runs read it; it and a run are unknown where the other side was traced only to such a version
-- clause: versions and runs are those of lineage.version_upstream, as known today

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.version_diff(
    before_version, after_version, max_depth := null
) as table
with recursive written as materialized (
    select
        described.node_id,
        coalesce(max(version.written_at), any_value(described.first_seen_at)) as written_at
    from lineage.node as described
    left join lineage.dataset_version as version
        on described.node_id = version.dataset_node_id
    where described.node_id in (before_version, after_version)
    group by described.node_id
),

sole_source as materialized (
    select
        edge.target_node_id,
        if(count(distinct edge.source_node_id) = 1, any_value(edge.source_node_id), null) as node_id
    from lineage.edge as edge
    inner join written on edge.target_node_id = written.node_id
    where
        starts_with(edge.source_node_id, 'dataset:')
        and edge.known_to_at is null
        and graph.holds(edge.valid_from_at, edge.valid_to_at, written.written_at)
    group by edge.target_node_id
),

twin as materialized (
    select
        one.node_id as before_id,
        other.node_id as after_id
    from sole_source as one
    inner join sole_source as other
        on one.target_node_id = before_version and other.target_node_id = after_version
    where one.node_id != other.node_id
),

behind as materialized (
    select
        'old' as side,
        behind_old.*
    from lineage.version_upstream(before_version, max_depth := max_depth) as behind_old
    union all
    select
        'new' as side,
        behind_new.*
    from lineage.version_upstream(after_version, max_depth := max_depth) as behind_new
),

-- Where a side cannot be traced further, the other leads on alone.
untraced as (
    select distinct
        if(behind.side = 'old', 'new', 'old') as other_side,
        behind.dataset_node_id
    from behind
    where behind.written_by_run_id is null
),

surely (side, run_id) as (
    select
        behind.side,
        behind.run_id
    from behind
    where behind.depth = 0
    union
    select
        behind.side,
        behind.written_by_run_id
    from surely
    inner join behind on surely.side = behind.side and surely.run_id = behind.run_id
    anti join untraced
        on
            behind.side = untraced.other_side
            and behind.dataset_node_id = untraced.dataset_node_id
    where behind.written_by_run_id is not null
),

read as (
    select
        'version' as subject,
        behind.dataset_node_id as node_id,
        behind.side,
        coalesce(behind.dataset_version, 'unknown')
        || if(behind.is_ambiguous, ' or another', '') as told,
        behind.dataset_version is null or behind.is_ambiguous as is_open,
        behind.run_id,
        surely.run_id is not null as is_sure
    from behind
    left join surely on behind.side = surely.side and behind.run_id = surely.run_id
    where behind.dataset_node_id is not null
    union all
    select
        'run' as subject,
        behind.job_node_id as node_id,
        behind.side,
        behind.run_id as told,
        false as is_open,
        behind.run_id,
        surely.run_id is not null as is_sure
    from behind
    left join surely on behind.side = surely.side and behind.run_id = surely.run_id
),

one_side as (
    select
        read.subject,
        read.node_id,
        read.side,
        string_agg(distinct read.told, ', ' order by read.told) as told,
        list(distinct read.run_id order by read.run_id) as run_ids,
        bool_or(read.is_open) as is_open,
        bool_or(read.is_sure) as is_sure
    from read
    group by read.subject, read.node_id, read.side
),

old_side as (
    select one_side.*
    from one_side
    where one_side.side = 'old'
),

new_side as (
    select one_side.*
    from one_side
    where one_side.side = 'new'
),

sides as (
    select
        coalesce(new_side.subject, old_side.subject) as subject,
        coalesce(new_side.node_id, old_side.node_id) as node_id,
        old_side.told as before,
        new_side.told as after,
        (
            (coalesce(old_side.is_open, false) or coalesce(new_side.is_open, false))
            and old_side.run_ids is distinct from new_side.run_ids
        ) as is_open,
        (coalesce(old_side.is_sure, false) or coalesce(new_side.is_sure, false)) as is_sure
    from old_side
    full outer join new_side
        on old_side.subject = new_side.subject and old_side.node_id = new_side.node_id
),

every_row as (
    select compared.*
    from graph.compare(
        before_version,
        (select twin.before_id from twin),
        (
            select written.written_at
            from written
            where written.node_id = before_version
        ),
        null,
        after_version,
        (select twin.after_id from twin),
        (
            select written.written_at
            from written
            where written.node_id = after_version
        ),
        null,
        max_depth
    ) as compared
    union all by name
    select
        'node' as subject,
        'changed' as change,
        twin.after_id as node_id,
        twin.before_id as before,
        twin.after_id as after
    from twin
    union all by name
    select
        sides.subject,
        case
            when (sides.before is null or sides.after is null) and not sides.is_sure then 'unknown'
            when sides.before is null then 'added'
            when sides.after is null then 'removed'
            when sides.is_open then 'unknown'
            else 'changed'
        end as change,
        sides.node_id,
        sides.before,
        sides.after
    from sides
    where sides.before is distinct from sides.after or sides.is_open
)

select
    every_row.subject,
    every_row.change,
    every_row.node_id,
    every_row.field,
    every_row.source_node_id,
    every_row.source_field,
    every_row.job_node_id,
    every_row.before,
    every_row.after,
    coalesce(bool_or(every_row.is_cut) over (), false) as is_cut
from every_row
order by
    list_position(['node', 'edge', 'column', 'field', 'version', 'run'], every_row.subject),
    every_row.node_id,
    every_row.field,
    every_row.source_node_id,
    every_row.source_field,
    every_row.job_node_id;
