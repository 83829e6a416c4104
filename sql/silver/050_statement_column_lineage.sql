-- object: silver.statement_column_lineage
-- kind: facts
-- grain: one row per (statement, output name, facet body): the column lineage that it has stated
-- sources: step.statement_event, step.statement_facet, bronze.event_facet, step.touched_statement
-- column first_ns: the first event that carries this body
-- column is_standing: whether no later event of the statement has replaced it
create table if not exists silver.statement_column_lineage (
    statement_id varchar,
    namespace varchar,
    name varchar,
    first_ns bigint,
    facet_digest blob,
    is_standing boolean
);

delete from silver.statement_column_lineage
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_column_lineage
with stated as (
    select
        event.statement_id,
        facet.namespace,
        facet.name,
        facet.facet_digest,
        min(event.event_ns) as first_ns
    from step.statement_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    where facet.key = 'columnLineage' and facet.direction is not null
    group by all
)

select
    stated.statement_id,
    stated.namespace,
    stated.name,
    stated.first_ns,
    stated.facet_digest,
    standing.statement_id is not null as is_standing
from stated
left join step.statement_facet as standing
    on
        stated.statement_id = standing.statement_id
        and stated.namespace = standing.namespace
        and stated.name = standing.name
        and standing.key = 'columnLineage'
        and stated.facet_digest = standing.facet_digest;
