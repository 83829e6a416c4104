-- object: ask.named_run
-- kind: ask
-- grain: one row if $run sent events, or a run that did has named it as its parent or root
-- sources: lineage.run_history
select 1 as is_named
where
    $run in (
        select unnest([history.run_id, history.parent_run_id, history.root_run_id])
        from lineage.run_history as history
    );
