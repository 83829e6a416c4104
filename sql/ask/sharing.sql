-- object: ask.sharing
-- kind: ask
-- grain: one row per object of $objects whose bytes are another's as well, of the datasets kept at an instant in one of $namespaces, and that other is not to go: the first of them
-- sources: silver.dataset_at, retention.object_at, silver.resolved
-- clause: names are paths: what lies below a name is part of what has that name, and `a/./b` and `a//b` are `a/b`

-- noqa: disable=references.qualification,structure.unused_cte
with dataset as (
    select
        dataset_at.node_id,
        dataset_at.namespace,
        list_filter(string_split(dataset_at.name, '/'), lambda part: part not in ('', '.')) as parts
    from silver.dataset_at($as_of) as dataset_at
    where dataset_at.namespace in (select unnest($namespaces::varchar []))
),

above as (
    select
        dataset.node_id,
        dataset.namespace,
        dataset.parts[:depth.depth] as parts,
        depth.depth = len(dataset.parts) as is_own
    from dataset
    cross join unnest(range(1, len(dataset.parts) + 1)) as depth (depth)
),

pair as (
    select
        wanted.node_id as object_id,
        other.node_id as other_id
    from above as wanted
    inner join above as other
        on wanted.namespace = other.namespace and wanted.parts = other.parts
    where
        wanted.node_id in (select unnest($objects::varchar []))
        and wanted.node_id != other.node_id
        and (wanted.is_own or other.is_own)
),

object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
    where object_at.object_id in (select pair.other_id from pair)
)

select
    pair.object_id,
    min(pair.other_id) as other_id
from pair
left join silver.resolved('object', $as_of) as resolved on pair.other_id = resolved.object_id
where resolved.verdict is distinct from 'due' or resolved.action != 'delete'
group by pair.object_id
order by pair.object_id;
