-- object: lineage.classification
-- kind: macro
-- grain: one row per (node, field, category, key, value) that a tag reaches; field null: the node as a whole
-- sources: graph.tagged, graph.tag, graph.node, graph.field
-- clause: status: declared; derived, made of it on direct edges without a mask; possible, nobody says whether it is
-- clause: possible is what no column lineage tells apart, a part of what is read whole, a tag of some fields of a dataset
-- clause: a field of which lineage names a whole dataset as the source may have each tag of that dataset and of its fields
-- clause: what has no row is not known to be free of it: no tag that was declared leads there
-- clause: depth and origin are those of the shortest way of that status, of several the first by identifier
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: is_cut, the same in every row: ways go on behind max_steps, where SQL stops to walk

-- noqa: disable=layout.indent
create or replace macro lineage.classification(
    as_of := null, known_at := null, include_indirect := false, only_node := null,
    max_steps := 1000
) as table
with place as (
    select
        tagged.number,
        tagged.node_number,
        tagged.tag_number,
        arg_min(
            {'depth': tagged.depth, 'is_possible': tagged.is_possible, 'behind': tagged.behind},
            tagged.is_possible
        ) as best,
        bool_or(tagged.is_cut) as is_cut
    from graph.tagged(only_node, as_of, known_at, include_indirect, max_steps) as tagged
    where tagged.depth <= max_steps
    group by tagged.number, tagged.node_number, tagged.tag_number
),

tag as (
    select distinct
        tag.tag_number,
        tag.category,
        tag.key,
        tag.value
    from graph.tag as tag
)

select
    node.node_id,
    field.field,
    tag.category,
    tag.key,
    tag.value,
    case
        when place.best.is_possible then 'possible'
        when place.best.depth = 0 then 'declared'
        else 'derived'
    end as status,
    place.best.depth,
    origin.node_id as origin_node_id,
    origin_field.field as origin_field,
    place.is_cut
from place
inner join tag on place.tag_number = tag.tag_number
inner join graph.node as node on place.node_number = node.number
left join graph.field as field on place.number = field.number
inner join graph.node as origin on place.best.behind.origin_node_number = origin.number
left join graph.field as origin_field
    on place.best.behind.origin_number = origin_field.number
order by place.node_number, place.number, place.tag_number;
