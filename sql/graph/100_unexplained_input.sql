-- object: lineage.unexplained_input
-- kind: facts
-- grain: one row per (run, input) that the stated lineage of the run's outputs does not use
-- sources: silver.statement_node, silver.statement_edge, silver.statement_lineage, silver.lineage_facet, silver.identity, step.touched_io
-- clause: an input counts as explained if any edge that the run states starts from it
-- clause: so does one of which explicit lineage says that it goes into a job
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
with into_job as (
    select distinct
        stated.statement_id,
        source.node_id
    from silver.statement_lineage as stated
    inner join silver.lineage_facet as body on stated.facet_digest = body.facet_digest
    inner join silver.identity as source
        on body.source_namespace = source.namespace and body.source_name = source.name
    where body.target_type = 'JOB' and body.source_type = 'DATASET'
)

select distinct
    input.run_id,
    input.node_id as dataset_node_id,
    input.job_node_id
from silver.statement_node as input
semi join step.touched_io as touched on input.run_id = touched.run_id
anti join silver.statement_edge as edge
    on
        input.run_id = edge.run_id
        and input.job_node_id = edge.owner_id
        and input.node_id = edge.source_node_id
anti join into_job
    on
        input.statement_id = into_job.statement_id
        and into_job.node_id in (input.node_id, input.model_node_id)
where
    input.direction = 'input'
    and exists (
        select 1
        from silver.statement_node as output
        where
            output.run_id = input.run_id
            and output.job_node_id = input.job_node_id
            and output.direction = 'output'
    );
