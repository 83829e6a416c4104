-- object: lineage.unexplained_input_history
-- kind: history
-- grain: one row per (run, input, known time): lineage.unexplained_input as we had been told
-- sources: lineage.unexplained_input, step.touched_io
-- column run_id: as in lineage.unexplained_input
-- column dataset_node_id: as in lineage.unexplained_input
-- column job_node_id: as in lineage.unexplained_input
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.unexplained_input_history (
    run_id varchar,
    dataset_node_id varchar,
    job_node_id varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=layout.indent
merge into lineage.unexplained_input_history as told
using (
    select input.*
    from lineage.unexplained_input as input
    semi join step.touched_io as touched on input.run_id = touched.run_id
) as fact
    on
        told.known_to_at is null
        and told.run_id = fact.run_id
        and told.dataset_node_id = fact.dataset_node_id
        and told.job_node_id = fact.job_node_id
when not matched by source
    and told.known_to_at is null
    and told.run_id in (select touched.run_id from step.touched_io as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        run_id, dataset_node_id, job_node_id, known_from_at, known_to_at
    ) values (
        fact.run_id, fact.dataset_node_id, fact.job_node_id, getvariable('known_at'), null
    );

delete from lineage.unexplained_input_history
where known_from_at = known_to_at;
