-- object: ask.disposable
-- kind: ask
-- grain: one row per object whose time is over at an instant, what is to go first and by when it was to be gone, $most at most
-- sources: retention.object_at, silver.dated_of, silver.resolved, lineage.edge, silver.dataset_at, silver.registered_at, silver.disposed_at
-- clause: only the $depth dates by which most objects have been over for longest are looked at; of what else is over nothing is told
-- clause: seen_count: how many dates were looked at; fewer than $depth are all
-- clause: whatever stays although its time is over is told with what blocks it

-- noqa: disable=layout.select_targets,references.qualification,structure.unused_cte
with object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
),

dated as (
    select dated_of.*
    from silver.dated_of('object', $as_of, over_by := $as_of) as dated_of
    order by dated_of.goes_at, dated_of.object_id
    limit $depth
),

seen as (
    select count(*) as seen_count
    from dated
),

first as (
    select distinct on (dated.object_id)
        dated.* exclude (rule, basis, action, is_unknown, stays_until, goes_at)
    from dated
),

over as (
    select resolved.*
    from silver.resolved('first', $as_of) as resolved
    order by resolved.verdict != 'due', resolved.goes_at, resolved.object_id
    limit $most
),

made as (
    select
        edge.source_node_id,
        edge.target_node_id
    from lineage.edge as edge
    where
        edge.known_to_at is null
        and edge.source_node_id in (select over.object_id from over)
),

kept as (
    select dataset_at.node_id
    from silver.dataset_at($as_of) as dataset_at
    union all
    select registered_at.version_node_id
    from silver.registered_at($as_of) as registered_at
    where
        registered_at.version_node_id not in (
            select disposed_at.object_id
            from silver.disposed_at($as_of) as disposed_at
        )
),

breaks as (
    select
        made.source_node_id,
        list_sort(list(distinct made.target_node_id)) as breaks
    from made
    where made.target_node_id in (select kept.node_id from kept)
    group by made.source_node_id
)

select
    over.object_id,
    over.class,
    over.verdict,
    over.reason,
    over.rule,
    over.action,
    epoch_us(over.goes_at) as goes_at,
    over.row_count,
    over.total_bytes,
    coalesce(breaks.breaks, []) as breaks,
    seen.seen_count
from over
cross join seen
left join breaks on over.object_id = breaks.source_node_id
order by over.verdict != 'due', over.goes_at, over.object_id;
