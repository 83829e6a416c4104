-- object: ask.tag_path
-- kind: ask
-- grain: one row per (tag that reaches $field of $node, step); of $tag alone, a key or a category, if it is not null
-- sources: lineage.tag_path
with path as (
    select *
    from lineage.tag_path(
        $node,
        $field,
        as_of := $as_of,
        known_at := $known_at,
        include_indirect := $include_indirect
    )
)

select path.*
from path
where $tag::varchar is null or lower($tag::varchar) in (lower(path.key), path.category);
