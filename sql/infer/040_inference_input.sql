-- object: step.inference_input
-- kind: step
-- grain: one row per SQL statement that is looked at: its text, and its datasets with their names and schemas
-- sources: step.sql_statement, silver.statement_sql, silver.statement_dataset, silver.statement_schema, silver.schema_statement, silver.identity
-- clause: the schema of a dataset is the one that the statement states; else what writers, else what readers stated last before the statement ended
-- column inference_key: digest of all that the answer depends on

-- noqa: disable=references.qualification
create or replace table step.inference_input as
with dataset as (
    select
        statement.statement_id,
        statement.last_ns,
        dataset.direction,
        identity.node_id,
        list_sort(list_distinct(list({'namespace': dataset.namespace, 'name': dataset.name})))
            as names
    from silver.statement_sql as statement
    semi join step.sql_statement as touched on statement.statement_id = touched.statement_id
    inner join silver.statement_dataset as dataset
        on statement.statement_id = dataset.statement_id
    inner join silver.identity as identity
        on dataset.namespace = identity.namespace and dataset.name = identity.name
    group by all
),

alias as (
    select
        identity.node_id,
        list_sort(list({'namespace': identity.namespace, 'name': identity.name})) as names
    from silver.identity as identity
    semi join dataset on identity.node_id = dataset.node_id
    group by identity.node_id
),

own_schema as (
    select
        stated.statement_id,
        stated.direction,
        identity.node_id,
        max({'event_ns': stated.event_ns, 'digest': stated.facet_digest}).digest as facet_digest
    from silver.statement_schema as stated
    semi join step.sql_statement as touched on stated.statement_id = touched.statement_id
    inner join silver.identity as identity
        on stated.namespace = identity.namespace and stated.name = identity.name
    group by all
),

unstated as (
    select
        dataset.statement_id,
        dataset.direction,
        dataset.node_id,
        dataset.last_ns
    from dataset
    anti join own_schema
        on
            dataset.statement_id = own_schema.statement_id
            and dataset.direction = own_schema.direction
            and dataset.node_id = own_schema.node_id
),

known_schema as (
    select
        identity.node_id,
        stated.is_by_writer,
        stated.event_ns,
        max(stated.facet_digest) as facet_digest
    from silver.identity as identity
    semi join unstated on identity.node_id = unstated.node_id
    inner join silver.schema_statement as stated
        on identity.namespace = stated.namespace and identity.name = stated.name
    group by all
),

by_writer as (
    select known_schema.*
    from known_schema
    where known_schema.is_by_writer
),

by_reader as (
    select known_schema.*
    from known_schema
    where not known_schema.is_by_writer
),

earlier_schema as (
    select
        unstated.statement_id,
        unstated.direction,
        unstated.node_id,
        coalesce(by_writer.facet_digest, by_reader.facet_digest) as facet_digest
    from unstated
    asof left join by_writer
        on unstated.node_id = by_writer.node_id and unstated.last_ns >= by_writer.event_ns
    asof left join by_reader
        on unstated.node_id = by_reader.node_id and unstated.last_ns >= by_reader.event_ns
),

described as (
    select
        dataset.statement_id,
        {
            'is_input': dataset.direction = 'input',
            'names': list_concat(
                dataset.names, list_filter(alias.names, lambda one: not dataset.names.list_contains(one))
            ),
            'schema_digest': coalesce(own_schema.facet_digest, earlier_schema.facet_digest)
        } as described
    from dataset
    inner join alias on dataset.node_id = alias.node_id
    left join own_schema
        on
            dataset.statement_id = own_schema.statement_id
            and dataset.direction = own_schema.direction
            and dataset.node_id = own_schema.node_id
    left join earlier_schema
        on
            dataset.statement_id = earlier_schema.statement_id
            and dataset.direction = earlier_schema.direction
            and dataset.node_id = earlier_schema.node_id
),

collected as (
    select
        described.statement_id,
        list_sort(list(described.described)) as datasets
    from described
    group by described.statement_id
)

select
    statement.statement_id,
    statement.facet_digest,
    statement.integration,
    collected.datasets,
    unhex(sha256(to_json({
        'body': hex(statement.facet_digest),
        'integration': statement.integration,
        'datasets': collected.datasets
    }))) as inference_key
from silver.statement_sql as statement
inner join collected on statement.statement_id = collected.statement_id;
