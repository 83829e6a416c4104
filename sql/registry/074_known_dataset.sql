-- object: step.known_dataset
-- kind: step
-- grain: one row per identifier that lineage knew for a dataset by the scan that is folded, and the node that it stands for
-- sources: lineage.node_history, lineage.alias
create or replace table step.known_dataset as
with node as (
    select distinct node.node_id
    from lineage.node_history as node
    where
        node.kind = 'dataset'
        and node.known_from_at <= getvariable('known_at')
        and coalesce(node.known_to_at > getvariable('known_at'), true)
)

select
    node.node_id as alias_node_id,
    node.node_id
from node
union all
select
    alias.alias_node_id,
    min(alias.node_id) as node_id
from lineage.alias as alias
semi join node on alias.node_id = node.node_id
anti join node as itself on alias.alias_node_id = itself.node_id
where
    alias.known_from_at <= getvariable('known_at')
    and coalesce(alias.known_to_at > getvariable('known_at'), true)
group by alias.alias_node_id;
