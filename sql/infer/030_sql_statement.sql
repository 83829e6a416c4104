-- object: step.sql_statement
-- kind: scope
-- grain: one row per statement whose SQL may say something else than before: it has new events, names of its datasets are new, or a schema of them arrived late
-- sources: step.touched_statement, step.new_identity, step.changed_name, step.new_schema_statement, silver.identity, silver.statement_dataset, silver.statement_sql
create or replace table step.sql_statement as
with late as (
    select
        identity.node_id,
        min(stated.event_ns) as event_ns
    from step.new_schema_statement as stated
    inner join silver.identity as identity
        on stated.namespace = identity.namespace and stated.name = identity.name
    group by identity.node_id
    union all
    select
        fresh.node_id,
        null as event_ns
    from step.new_identity as fresh
    union all
    select
        changed.old_node_id,
        null as event_ns
    from step.changed_name as changed
),

name as (
    select
        identity.namespace,
        identity.name,
        min(coalesce(late.event_ns, -9223372036854775807)) as event_ns
    from late
    inner join silver.identity as identity on late.node_id = identity.node_id
    group by identity.namespace, identity.name
)

select statement.statement_id
from silver.statement_sql as statement
semi join step.touched_statement as touched on statement.statement_id = touched.statement_id
union
select statement.statement_id
from silver.statement_dataset as dataset
inner join name on dataset.namespace = name.namespace and dataset.name = name.name
inner join silver.statement_sql as statement on dataset.statement_id = statement.statement_id
where statement.last_ns >= name.event_ns;
