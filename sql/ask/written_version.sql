-- object: ask.written_version
-- kind: ask
-- grain: one row per run that completed and wrote $node
-- sources: lineage.dataset_version
select
    written.run_id,
    written.written_at
from lineage.dataset_version as written
where written.dataset_node_id = $node;
