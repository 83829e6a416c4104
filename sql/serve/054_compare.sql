-- object: graph.compare
-- kind: macro
-- grain: one row per node, edge, column edge or field upstream of one node at its two clocks that differs upstream of another at its own
-- sources: graph.told_lineage, graph.meant, graph.node, lineage.alias
-- clause: change is added, removed or changed; unknown where the other side was told nothing of the kind of the node that it leads into, or is a field of
-- clause: nodes, and what leads into them, are unknown where every way to them leads through such a node
-- clause: of one node at one time nothing is unknown: there it is beliefs that differ, not what was true
-- clause: names are those of the later of the two known times: what symlinks have united since is one node on both sides
-- clause: a twin of the first, where there is one, counts as the twin of the second
-- clause: fields are compared for nodes that are on both sides

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.compare(
    before_node,
    before_twin,
    before_at,
    before_known_at,
    after_node,
    after_twin,
    after_at,
    after_known_at,
    max_depth
) as table
with recursive united as materialized (
    select
        alias.alias_node_id,
        min(alias.node_id) as node_id
    from lineage.alias as alias
    where
        alias.basis != 'rename'
        and graph.holds(
            alias.known_from_at,
            alias.known_to_at,
            if(
                before_known_at is null or after_known_at is null,
                null,
                greatest(before_known_at::timestamptz, after_known_at::timestamptz)
            )
        )
    group by alias.alias_node_id
),

old_side as materialized (
    select
        side.subject,
        coalesce(own.node_id, side.node_id) as node_id,
        side.field,
        coalesce(source.node_id, side.source_node_id) as source_node_id,
        side.source_field,
        side.job_node_id,
        string_agg(distinct side.told, ', ' order by side.told) as told,
        bool_or(side.is_cut) as is_cut
    from graph.told_lineage(
        before_node, after_node, before_twin, after_twin, before_at, before_known_at, max_depth
    ) as side
    left join united as own on side.node_id = own.alias_node_id
    left join united as source on side.source_node_id = source.alias_node_id
    group by all
),

new_side as materialized (
    select
        side.subject,
        coalesce(own.node_id, side.node_id) as node_id,
        side.field,
        coalesce(source.node_id, side.source_node_id) as source_node_id,
        side.source_field,
        side.job_node_id,
        string_agg(distinct side.told, ', ' order by side.told) as told,
        bool_or(side.is_cut) as is_cut
    from graph.told_lineage(
        after_node, after_node, null, null, after_at, after_known_at, max_depth
    ) as side
    left join united as own on side.node_id = own.alias_node_id
    left join united as source on side.source_node_id = source.alias_node_id
    group by all
),

-- Nodes of a side of which nothing was told there about where they come from.
old_open as materialized (
    select side.node_id
    from old_side as side
    where side.subject = 'node'
    except
    select side.node_id
    from old_side as side
    where side.subject = 'edges'
),

new_open as materialized (
    select side.node_id
    from new_side as side
    where side.subject = 'node'
    except
    select side.node_id
    from new_side as side
    where side.subject = 'edges'
),

seed as materialized (
    select coalesce(united.node_id, named.node_id) as node_id
    from graph.meant(after_node, known_at := after_known_at) as meant
    inner join graph.node as named on meant.number = named.number
    left join united on named.node_id = united.alias_node_id
),

-- What is reached without passing such a node of the other side.
surely_new (node_id) as (
    select after_node::varchar
    union
    select seed.node_id
    from seed
    union
    select edge.source_node_id
    from surely_new
    inner join new_side as edge
        on edge.subject = 'edge' and surely_new.node_id = edge.node_id
    anti join old_open as open on surely_new.node_id = open.node_id
),

surely_old (node_id) as (
    select after_node::varchar
    union
    select seed.node_id
    from seed
    union
    select edge.source_node_id
    from surely_old
    inner join old_side as edge
        on edge.subject = 'edge' and surely_old.node_id = edge.node_id
    anti join new_open as open on surely_old.node_id = open.node_id
),

old_told as (
    select distinct
        side.node_id,
        side.subject
    from old_side as side
),

new_told as (
    select distinct
        side.node_id,
        side.subject
    from new_side as side
),

difference as (
    select
        coalesce(new_side.subject, old_side.subject) as subject,
        coalesce(new_side.node_id, old_side.node_id) as node_id,
        coalesce(new_side.field, old_side.field) as field,
        coalesce(new_side.source_node_id, old_side.source_node_id) as source_node_id,
        coalesce(new_side.source_field, old_side.source_field) as source_field,
        coalesce(new_side.job_node_id, old_side.job_node_id) as job_node_id,
        old_side.told as before,
        new_side.told as after
    from old_side
    full outer join new_side
        on
            old_side.subject = new_side.subject
            and old_side.node_id = new_side.node_id
            and old_side.field is not distinct from new_side.field
            and old_side.source_node_id is not distinct from new_side.source_node_id
            and old_side.source_field is not distinct from new_side.source_field
            and old_side.job_node_id is not distinct from new_side.job_node_id
    where
        old_side.told is distinct from new_side.told
        and coalesce(new_side.subject, old_side.subject) in ('node', 'edge', 'column', 'field')
),

judged as (
    select
        difference.*,
        (before_node = after_node and before_at is not distinct from after_at) as is_one_time,
        (old_node.node_id is null or old_kind.node_id is not null) as is_told_before,
        (new_node.node_id is null or new_kind.node_id is not null) as is_told_after,
        (old_node.node_id is not null and new_node.node_id is not null) as is_on_both,
        difference.node_id in (select surely_new.node_id from surely_new) as is_surely_new,
        difference.node_id in (select surely_old.node_id from surely_old) as is_surely_old
    from difference
    left join old_told as old_node
        on difference.node_id = old_node.node_id and old_node.subject = 'node'
    left join new_told as new_node
        on difference.node_id = new_node.node_id and new_node.subject = 'node'
    left join old_told as old_kind
        on
            difference.node_id = old_kind.node_id
            and difference.subject || 's' = old_kind.subject
    left join new_told as new_kind
        on
            difference.node_id = new_kind.node_id
            and difference.subject || 's' = new_kind.subject
)

select
    judged.subject,
    case
        when judged.before is not null and judged.after is not null then 'changed'
        when
            judged.before is null
            and (
                judged.is_one_time
                or (judged.is_told_before and (judged.is_on_both or judged.is_surely_new))
            ) then 'added'
        when
            judged.after is null
            and (
                judged.is_one_time
                or (judged.is_told_after and (judged.is_on_both or judged.is_surely_old))
            ) then 'removed'
        else 'unknown'
    end as change,
    judged.node_id,
    judged.field,
    judged.source_node_id,
    judged.source_field,
    judged.job_node_id,
    if(judged.subject = 'node', null, judged.before) as before,
    if(judged.subject = 'node', null, judged.after) as after,
    coalesce((select bool_or(side.is_cut) from old_side as side), false)
    or coalesce((select bool_or(side.is_cut) from new_side as side), false) as is_cut
from judged
where judged.subject != 'field' or judged.is_on_both
order by
    list_position(['node', 'edge', 'column', 'field'], judged.subject),
    judged.node_id,
    judged.field,
    judged.source_node_id,
    judged.source_field,
    judged.job_node_id;
