-- object: quality.large_alias_group
-- kind: view
-- grain: one row per group of dataset names that symlinks join and that is too large to be believed
-- sources: silver.alias_group
-- clause: names of a group over [lineage] max_alias_group stay nodes of their own: one wrong symlink must not make all of a lake one dataset
-- column first_node_id: the node that the group would have been
-- column name_count: names in the group
create or replace view quality.large_alias_group as
select
    silver.node_of(
        'dataset', alias_group.canonical_namespace, alias_group.canonical_name
    ) as first_node_id,
    count(*) as name_count
from silver.alias_group as alias_group
where not alias_group.is_joined
group by alias_group.canonical_namespace, alias_group.canonical_name;
