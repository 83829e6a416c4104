-- object: lineage.version_upstream
-- kind: macro
-- grain: one row per (run that stands behind a version of a node, dataset that it read), each with the exact version
-- sources: graph.runs_behind, lineage.dataset_version, lineage.alias
-- clause: the runs that wrote the version, and what stood behind them then; without a version all that were written

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.version_upstream(
    node, version := null, max_depth := null
) as table
select behind.*
from graph.runs_behind(
    (
        select list(written.run_id)
        from lineage.dataset_version as written
        where
            (
                written.dataset_node_id = node
                or written.dataset_node_id in (
                    select alias.node_id
                    from lineage.alias as alias
                    where alias.alias_node_id = node and alias.known_to_at is null
                )
            )
            and (version is null or written.dataset_version = version)
    ),
    max_depth
) as behind
order by behind.depth, behind.run_id, behind.dataset_node_id;
