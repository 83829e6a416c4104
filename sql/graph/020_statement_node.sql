-- object: silver.statement_node
-- kind: facts
-- grain: one row per (statement, direction, node): what it read and wrote, by node
-- sources: step.graph_statement, silver.statement_dataset, silver.identity, silver.statement
-- column node_id: a model that carries a version is the node of that version
-- column named_ns: when its events name what it writes, each time once; null of what it reads
create table if not exists silver.statement_node (
    statement_id varchar,
    run_id varchar,
    job_node_id varchar,
    direction varchar,
    node_id varchar,
    kind varchar,
    model_node_id varchar,
    first_ns bigint,
    named_ns bigint [],
    dataset_version varchar,
    row_count bigint,
    total_bytes bigint,
    file_count bigint
);

delete from silver.statement_node
where statement_id in (select graph_statement.statement_id from step.graph_statement);

insert into silver.statement_node
with named as (
    select
        dataset.*,
        identity.node_namespace,
        identity.node_name,
        case
            when identity.kind = 'model' and dataset.dataset_version is not null
                then 'modelVersion'
            else identity.kind
        end as kind,
        identity.node_id as plain_node_id
    from silver.statement_dataset as dataset
    semi join step.graph_statement as touched on dataset.statement_id = touched.statement_id
    inner join silver.identity as identity
        on dataset.namespace = identity.namespace and dataset.name = identity.name
),

noded as (
    select
        named.*,
        case
            when named.kind = 'modelVersion'
                then
                    silver.node_of('modelVersion', named.node_namespace, named.node_name)
                    || ':'
                    || silver.encode_part(named.dataset_version)
            else named.plain_node_id
        end as node_id,
        case when named.kind = 'modelVersion' then named.plain_node_id end as model_node_id
    from named
)

select
    noded.statement_id,
    any_value(statement.run_id) as run_id,
    any_value(silver.node_of('job', statement.job_namespace, statement.job_name)) as job_node_id,
    noded.direction,
    noded.node_id,
    any_value(noded.kind) as kind,
    any_value(noded.model_node_id) as model_node_id,
    min(noded.first_ns) as first_ns,
    list_sort(list_distinct(flatten(list(noded.named_ns)))) as named_ns,
    max(noded.dataset_version) as dataset_version,
    max(noded.row_count) as row_count,
    max(noded.total_bytes) as total_bytes,
    max(noded.file_count) as file_count
from noded
inner join silver.statement as statement on noded.statement_id = statement.statement_id
group by noded.statement_id, noded.direction, noded.node_id;
