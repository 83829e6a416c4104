-- object: lineage.unexplained_input
-- kind: facts
-- grain: one row per (run, input) that the stated lineage of the run's outputs does not use
-- sources: silver.statement_node, silver.statement_edge, step.touched_io
-- clause: an input counts as explained if any edge that the run states starts from it
-- clause: SQL states edges only where no lineage was sent; see lineage.edge for when it leaves an input out
-- column run_id: the run
-- column dataset_node_id: what it read
-- column job_node_id: the run's job
create table if not exists lineage.unexplained_input (
    run_id varchar,
    dataset_node_id varchar,
    job_node_id varchar
);

delete from lineage.unexplained_input
where run_id in (select touched.run_id from step.touched_io as touched);

insert into lineage.unexplained_input
select distinct
    input.run_id,
    input.node_id as dataset_node_id,
    input.job_node_id
from silver.statement_node as input
semi join step.touched_io as touched on input.run_id = touched.run_id
anti join silver.statement_edge as edge
    on input.statement_id = edge.statement_id and input.node_id = edge.source_node_id
where
    input.direction = 'input'
    and exists (
        select 1
        from silver.statement_node as output
        where output.statement_id = input.statement_id and output.direction = 'output'
    );
