-- object: silver.statement_column
-- kind: facts
-- grain: one row per (statement, target node, item): a facet body, or an inference from SQL, that says what the target's fields are made of
-- sources: step.graph_statement, step.statement_explicit, step.explained_target, silver.statement_column_lineage, silver.identity, silver.statement_node, silver.statement, step.inferable_target, step.statement_inferred, silver.inferred_column
-- clause: explicit lineage of a target comes before its column lineage, and that before what its SQL says
-- column item: digest of the body or of the inference, and which target in it; silver.column_item says what it holds
create table if not exists silver.statement_column (
    statement_id varchar,
    owner_id varchar,
    target_node_id varchar,
    item varchar,
    stated_ns bigint
);

create table if not exists silver.column_item (
    item varchar primary key,
    basis varchar,
    facet_digest blob,
    target_namespace varchar,
    target_name varchar
);

delete from silver.statement_column
where statement_id in (select graph_statement.statement_id from step.graph_statement);

create or replace table step.statement_item as
select distinct
    stated.statement_id,
    output.node_id as target_node_id,
    'column' as basis,
    stated.facet_digest,
    null::varchar as target_namespace,
    null::varchar as target_name,
    stated.first_ns as stated_ns,
    hex(stated.facet_digest) as item
from silver.statement_column_lineage as stated
semi join step.graph_statement as touched on stated.statement_id = touched.statement_id
inner join silver.identity as identity
    on stated.namespace = identity.namespace and stated.name = identity.name
inner join silver.statement_node as output
    on
        stated.statement_id = output.statement_id
        and output.direction = 'output'
        and identity.node_id in (output.node_id, output.model_node_id)
anti join step.explained_target as explained
    on
        output.statement_id = explained.statement_id
        and output.node_id = explained.target_node_id
where stated.is_standing
union all
select distinct
    explicit.statement_id,
    explicit.target_node_id,
    'explicit' as basis,
    explicit.facet_digest,
    explicit.target_namespace,
    explicit.target_name,
    explicit.first_ns as stated_ns,
    concat_ws(
        chr(31), hex(explicit.facet_digest), explicit.target_namespace, explicit.target_name
    ) as item
from step.statement_explicit as explicit
where
    explicit.source_field is not null
    or (explicit.source_node_id is not null and explicit.target_field is not null)
union all
select
    target.statement_id,
    target.node_id as target_node_id,
    'inferred' as basis,
    target.inference_key as facet_digest,
    inferred.output_namespace as target_namespace,
    inferred.output_name as target_name,
    max(stated.stated_ns) as stated_ns,
    concat_ws(
        chr(31), hex(target.inference_key), inferred.output_namespace, inferred.output_name
    ) as item
from step.inferable_target as target
inner join silver.inferred_column as inferred on target.inference_key = inferred.inference_key
inner join silver.identity as output
    on
        inferred.output_namespace = output.namespace
        and inferred.output_name = output.name
        and output.node_id in (target.node_id, target.model_node_id)
inner join step.statement_inferred as stated
    on
        target.statement_id = stated.statement_id
        and target.node_id = stated.target_node_id
group by all;

insert into silver.column_item
select distinct
    stated.item,
    stated.basis,
    stated.facet_digest,
    stated.target_namespace,
    stated.target_name
from step.statement_item as stated
anti join silver.column_item as known on stated.item = known.item;

insert into silver.statement_column
select
    stated.statement_id,
    coalesce(
        silver.node_of('job', statement.job_namespace, statement.job_name), stated.target_node_id
    ) as owner_id,
    stated.target_node_id,
    stated.item,
    min(stated.stated_ns) as stated_ns
from step.statement_item as stated
inner join silver.statement as statement on stated.statement_id = statement.statement_id
group by all;
