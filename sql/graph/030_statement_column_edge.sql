-- object: step.statement_column_source
-- kind: step
-- grain: one row per (graph statement, target node, source node) that standing column lineage states
-- sources: step.graph_statement, step.explained_target, silver.statement_column_lineage, silver.column_lineage_facet, silver.identity, silver.statement_node
-- clause: explicit lineage of a target comes before its column lineage
-- clause: stated since the first of the statement's bodies that names the source, replaced or not
create or replace table step.statement_column_source as
with written as (
    select
        stated.statement_id,
        stated.first_ns,
        stated.facet_digest,
        stated.is_standing,
        node.node_id as target_node_id
    from silver.statement_column_lineage as stated
    semi join step.graph_statement as touched on stated.statement_id = touched.statement_id
    inner join silver.identity as identity
        on stated.namespace = identity.namespace and stated.name = identity.name
    inner join silver.statement_node as node
        on
            stated.statement_id = node.statement_id
            and node.direction = 'output'
            and identity.node_id in (node.node_id, node.model_node_id)
),

read as (
    select distinct
        written.statement_id,
        written.target_node_id,
        written.first_ns,
        written.is_standing,
        identity.node_id
    from written
    inner join silver.column_lineage_facet as facet on written.facet_digest = facet.facet_digest
    inner join silver.identity as identity
        on facet.input_namespace = identity.namespace and facet.input_name = identity.name
)

select
    read.statement_id,
    read.target_node_id,
    coalesce(node.node_id, read.node_id) as source_node_id,
    min(read.first_ns) as stated_ns
from read
left join silver.statement_node as node
    on
        read.statement_id = node.statement_id
        and node.direction = 'input'
        and read.node_id = node.model_node_id
anti join step.explained_target as explained
    on
        read.statement_id = explained.statement_id
        and read.target_node_id = explained.target_node_id
group by all
having bool_or(read.is_standing);
