-- object: ask.classified_fields
-- kind: ask
-- grain: one row per field of $node, or of what it is an alias of, that a tag reaches; of $tag alone, if it is not null
-- sources: lineage.classification, graph.meant, graph.node
with classified as (
    select *
    from lineage.classification(
        as_of := $as_of,
        known_at := $known_at,
        include_indirect := $include_indirect,
        only_node := $node
    )
),

wanted as (
    select
        classified.node_id,
        classified.field
    from classified
    where
        classified.field is not null
        and (
            $tag::varchar is null
            or lower($tag::varchar) in (lower(classified.key), classified.category)
        )
),

meant as (
    select asked.number
    from graph.meant($node, known_at := $known_at) as asked
)

select distinct wanted.field
from wanted
inner join graph.node as holder on wanted.node_id = holder.node_id
semi join meant on holder.number = meant.number
order by wanted.field;
