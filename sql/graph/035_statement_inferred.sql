-- object: step.statement_inferred
-- kind: step
-- grain: one row per (graph statement, target node, source node) that its SQL states
-- sources: step.graph_statement, step.explained_target, step.statement_column_source, silver.statement_inference, silver.statement_sql, silver.inferred_read, silver.inferred_output, silver.identity, silver.statement_node
-- clause: explicit and column lineage of a target come before what its SQL says
-- clause: stated since the first event of the statement by which text, source and target were all told
create or replace table step.inferable_target as
select
    output.statement_id,
    output.node_id,
    output.model_node_id,
    output.first_ns,
    inference.inference_key,
    statement.first_ns as told_ns
from silver.statement_node as output
semi join step.graph_statement as touched on output.statement_id = touched.statement_id
inner join silver.statement_inference as inference on output.statement_id = inference.statement_id
inner join silver.statement_sql as statement on output.statement_id = statement.statement_id
anti join step.explained_target as explained
    on output.statement_id = explained.statement_id and output.node_id = explained.target_node_id
anti join step.statement_column_source as stated
    on output.statement_id = stated.statement_id and output.node_id = stated.target_node_id
where output.direction = 'output';

create or replace table step.statement_inferred as
with source as (
    select
        node.statement_id,
        node.node_id,
        node.model_node_id,
        min(node.first_ns) as first_ns
    from silver.statement_node as node
    semi join step.inferable_target as target on node.statement_id = target.statement_id
    group by all
)

select
    target.statement_id,
    target.node_id as target_node_id,
    source.node_id as source_node_id,
    max(greatest(target.told_ns, target.first_ns, source.first_ns)) as stated_ns
from step.inferable_target as target
inner join silver.inferred_read as inferred on target.inference_key = inferred.inference_key
inner join silver.identity as output
    on
        inferred.output_namespace = output.namespace
        and inferred.output_name = output.name
        and output.node_id in (target.node_id, target.model_node_id)
inner join silver.identity as input
    on inferred.input_namespace = input.namespace and inferred.input_name = input.name
inner join source
    on
        target.statement_id = source.statement_id
        and input.node_id in (source.node_id, source.model_node_id)
group by all;

create or replace table step.covered_target as
select distinct
    target.statement_id,
    target.node_id as target_node_id
from step.inferable_target as target
inner join silver.inferred_output as inferred on target.inference_key = inferred.inference_key
inner join silver.identity as output
    on
        inferred.output_namespace = output.namespace
        and inferred.output_name = output.name
        and output.node_id in (target.node_id, target.model_node_id);
