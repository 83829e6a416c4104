-- object: ask.subgraph
-- kind: ask
-- grain: one row per (source, target, job) between nodes of $nodes that holds at the two clocks
-- sources: lineage.edge
select
    edge.source_node_id,
    edge.target_node_id,
    coalesce(edge.job_node_id, '') as job_node_id,
    edge.basis,
    edge.run_count,
    edge.valid_from_at,
    edge.valid_to_at,
    edge.last_run_id
from lineage.edge as edge
where
    edge.source_node_id in (select unnest($nodes::varchar[]))
    and edge.target_node_id in (select unnest($nodes::varchar[]))
    and case
        when $as_of::timestamptz is null then edge.valid_to_at is null
        else
            edge.valid_from_at <= $as_of::timestamptz
            and (edge.valid_to_at is null or edge.valid_to_at > $as_of::timestamptz)
    end
    and case
        when $known_at::timestamptz is null then edge.known_to_at is null
        else
            edge.known_from_at <= $known_at::timestamptz
            and (edge.known_to_at is null or edge.known_to_at > $known_at::timestamptz)
    end
order by edge.source_node_id, edge.target_node_id, job_node_id;
