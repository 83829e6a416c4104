-- object: ask.named_job
-- kind: ask
-- grain: one row if a run has named $node as the job of its parent or root
-- sources: lineage.run_history
select 1 as is_named
where
    $node in (
        select unnest([history.parent_job_node_id, history.root_job_node_id])
        from lineage.run_history as history
    );
