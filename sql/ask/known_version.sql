-- object: ask.known_version
-- kind: ask
-- grain: one row per version that a run was ever told to have written of $node, as it is meant today or was at $known_at
-- sources: lineage.dataset_version_history, graph.meant, graph.node

-- noqa: disable=references.qualification
with asked as (
    select now.number
    from graph.meant($node) as now
    union
    select past.number
    from graph.meant($node, known_at := $known_at) as past
)

select distinct written.dataset_version
from lineage.dataset_version_history as written
inner join graph.node as named on written.dataset_node_id = named.node_id
semi join asked on named.number = asked.number
where written.dataset_version is not null
order by written.dataset_version;
