-- object: step.statement_explicit
-- kind: step
-- grain: one row per (graph statement, target node, facet body, row of it): what explicit lineage says of a dataset
-- sources: step.graph_statement, silver.statement_lineage, silver.lineage_facet, silver.identity, silver.statement_node, silver.statement
-- clause: a dataset states sources of itself, a job those of any target
-- clause: what goes into the statement's own job flows into whatever comes out of it
-- column source_node_id: null where the target is stated to have no upstream, or a job is its source
create or replace table step.statement_explicit as
with every_said as (
    select
        stated.statement_id,
        stated.facet_digest,
        stated.first_ns,
        coalesce(body.target_namespace, stated.namespace) as target_namespace,
        coalesce(body.target_name, stated.name) as target_name,
        body.target_type,
        body.target_field,
        body.source_namespace,
        body.source_name,
        body.source_type,
        body.source_field,
        body.target_run_id,
        body.source_run_id,
        body.transformation_type,
        body.transformation_subtype,
        body.is_masking
    from silver.statement_lineage as stated
    semi join step.graph_statement as touched on stated.statement_id = touched.statement_id
    inner join silver.lineage_facet as body on stated.facet_digest = body.facet_digest
),

into_job as (
    select distinct
        said.statement_id,
        said.first_ns,
        said.source_namespace,
        said.source_name
    from every_said as said
    inner join silver.statement as statement on said.statement_id = statement.statement_id
    where
        said.target_type = 'JOB'
        and said.source_type = 'DATASET'
        and coalesce(said.target_namespace, statement.job_namespace) = statement.job_namespace
        and coalesce(said.target_name, statement.job_name) = statement.job_name
        and coalesce(said.target_run_id, statement.run_id) is not distinct from statement.run_id
),

out_of_job as (
    select
        said.statement_id,
        said.facet_digest,
        said.first_ns,
        said.target_namespace,
        said.target_name,
        said.target_type,
        said.target_field
    from every_said as said
    inner join silver.statement as statement on said.statement_id = statement.statement_id
    where
        said.target_type = 'DATASET'
        and said.source_type = 'JOB'
        and coalesce(said.source_namespace, statement.job_namespace) = statement.job_namespace
        and coalesce(said.source_name, statement.job_name) = statement.job_name
        and coalesce(said.source_run_id, statement.run_id) is not distinct from statement.run_id
),

said as (
    select every_said.*
    from every_said
    where every_said.target_type = 'DATASET'
    union all by name
    select
        output.* replace (greatest(output.first_ns, input.first_ns) as first_ns),
        input.source_namespace,
        input.source_name,
        'DATASET' as source_type
    from out_of_job as output
    inner join into_job as input on output.statement_id = input.statement_id
)

select
    said.statement_id,
    coalesce(output.node_id, target.node_id) as target_node_id,
    said.facet_digest,
    said.first_ns,
    said.target_namespace,
    said.target_name,
    said.target_field,
    coalesce(input.node_id, source.node_id) as source_node_id,
    said.source_field,
    said.transformation_type,
    said.transformation_subtype,
    said.is_masking
from said
inner join silver.identity as target
    on said.target_namespace = target.namespace and said.target_name = target.name
left join silver.statement_node as output
    on
        said.statement_id = output.statement_id
        and output.direction = 'output'
        and target.node_id = output.model_node_id
left join silver.identity as source
    on
        said.source_type = 'DATASET'
        and said.source_namespace = source.namespace
        and said.source_name = source.name
left join silver.statement_node as input
    on
        said.statement_id = input.statement_id
        and input.direction = 'input'
        and source.node_id = input.model_node_id;

-- A job that states lineage says all there is to say: what it leaves out is not inferred.
create or replace table step.explained_target as
select
    explicit.statement_id,
    explicit.target_node_id
from step.statement_explicit as explicit
union
select
    output.statement_id,
    output.node_id
from silver.statement_node as output
inner join silver.statement_lineage as stated
    on output.statement_id = stated.statement_id and stated.holder = 'job'
semi join step.graph_statement as touched on output.statement_id = touched.statement_id
where output.direction = 'output';
