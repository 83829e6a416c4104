-- object: ask.subgraph_tags
-- kind: ask
-- grain: one row per tag of a node of $nodes, by who states it, that holds at the two clocks
-- sources: lineage.tag
select
    tag.node_id,
    tag.field,
    tag.key,
    tag.value,
    tag.source,
    coalesce(tag.job_node_id, '') as job_node_id,
    min(tag.valid_from_at) as valid_from_at
from lineage.tag as tag
where
    tag.node_id in (select unnest($nodes::varchar[]))
    and graph.holds(tag.valid_from_at, tag.valid_to_at, $as_of)
    and graph.holds(tag.known_from_at, tag.known_to_at, $known_at)
group by all
order by all;
