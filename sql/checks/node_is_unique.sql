-- object: checks.node_is_unique
-- kind: check
-- grain: one row per node identifier that stands twice
-- sources: lineage.node
select
    node.node_id,
    count(*) as copies
from lineage.node as node
group by node.node_id
having count(*) > 1;
