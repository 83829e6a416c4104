-- object: silver.statement_schema
-- kind: facts
-- grain: one row per (statement with SQL, direction, dataset name): the schema that it states itself
-- sources: step.touched_statement, silver.statement_sql, step.statement_event, bronze.event_facet
create table if not exists silver.statement_schema (
    statement_id varchar,
    direction varchar,
    namespace varchar,
    name varchar,
    event_ns bigint,
    facet_digest blob
);

delete from silver.statement_schema
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_schema
with stated as (
    select
        event.statement_id,
        facet.direction,
        facet.namespace,
        facet.name,
        max({'event_ns': event.event_ns, 'digest': facet.facet_digest}) as latest
    from step.statement_event as event
    semi join silver.statement_sql as statement on event.statement_id = statement.statement_id
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    where facet.key = 'schema' and facet.holder = 'dataset'
    group by all
)

select
    stated.statement_id,
    stated.direction,
    stated.namespace,
    stated.name,
    stated.latest.event_ns,
    stated.latest.digest
from stated;
