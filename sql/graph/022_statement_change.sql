-- object: silver.statement_change
-- kind: facts
-- grain: one row per (completed run of a job, node, change): what it did to the node as a whole
-- sources: step.graph_statement, silver.statement_lifecycle, silver.statement_node, silver.identity
create table if not exists silver.statement_change (
    statement_id varchar,
    run_id varchar,
    job_node_id varchar,
    node_id varchar,
    state_change varchar,
    previous_node_id varchar,
    changed_ns bigint
);

delete from silver.statement_change
where statement_id in (select graph_statement.statement_id from step.graph_statement);

insert into silver.statement_change
select distinct
    node.statement_id,
    node.run_id,
    node.job_node_id,
    node.node_id,
    lifecycle.state_change,
    previous.node_id as previous_node_id,
    lifecycle.changed_ns
from silver.statement_lifecycle as lifecycle
semi join step.graph_statement as touched on lifecycle.statement_id = touched.statement_id
inner join silver.identity as identity
    on lifecycle.namespace = identity.namespace and lifecycle.name = identity.name
inner join silver.statement_node as node
    on
        lifecycle.statement_id = node.statement_id
        and identity.node_id in (node.node_id, node.model_node_id)
left join silver.identity as previous
    on
        lifecycle.previous_namespace = previous.namespace
        and lifecycle.previous_name = previous.name;
