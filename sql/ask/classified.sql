-- object: ask.classified
-- kind: ask
-- grain: one row per (node, field, category, key, value) that a tag reaches; of $tag and $status alone, where they are not null
-- sources: lineage.classification
with classified as (
    select *
    from lineage.classification(
        as_of := $as_of, known_at := $known_at, include_indirect := $include_indirect
    )
)

select classified.*
from classified
where
    (
        $tag::varchar is null
        or lower($tag::varchar) in (lower(classified.key), classified.category)
    )
    and ($status::varchar is null or classified.status = $status::varchar)
order by
    classified.node_id,
    classified.field nulls first,
    classified.key,
    classified.value,
    classified.status;
