-- object: silver.statement_sql
-- kind: facts
-- grain: one row per statement that carries SQL and writes something of which it states neither explicit nor column lineage
-- sources: step.touched_statement, step.statement_facet, step.statement_event, step.statement_holding, bronze.event_facet, silver.sql_body, silver.job_type_facet, silver.statement_dataset, silver.statement_lineage, silver.statement_column_lineage, silver.column_lineage_facet
-- clause: what was sent is never inferred as well
-- column facet_digest: the last text that its job has sent with it
-- column first_ns: the first event that carries this text
-- column last_ns: the last event of it, or of the run of which it is a snapshot: schemas that are stated later say nothing of it
create table if not exists silver.statement_sql (
    statement_id varchar,
    facet_digest blob,
    integration varchar,
    first_ns bigint,
    last_ns bigint
);

delete from silver.statement_sql
where statement_id in (select touched.statement_id from step.touched_statement as touched);

insert into silver.statement_sql
with explained as (
    select
        stated.statement_id,
        stated.namespace,
        stated.name
    from silver.statement_column_lineage as stated
    semi join silver.column_lineage_facet as facet on stated.facet_digest = facet.facet_digest
    where stated.is_standing
),

writer as (
    select distinct dataset.statement_id
    from silver.statement_dataset as dataset
    semi join step.touched_statement as touched on dataset.statement_id = touched.statement_id
    anti join silver.statement_lineage as stated
        on dataset.statement_id = stated.statement_id and stated.holder = 'job'
    anti join explained
        on
            dataset.statement_id = explained.statement_id
            and dataset.namespace = explained.namespace
            and dataset.name = explained.name
    where dataset.direction = 'output'
),

standing as (
    select
        facet.statement_id,
        facet.facet_digest
    from step.statement_facet as facet
    semi join silver.sql_body as body on facet.facet_digest = body.facet_digest
    semi join writer on facet.statement_id = writer.statement_id
    where facet.key = 'sql' and facet.holder = 'job'
),

job_type as (
    select
        facet.statement_id,
        max(stated.integration) as integration
    from step.statement_facet as facet
    inner join silver.job_type_facet as stated on facet.facet_digest = stated.facet_digest
    where facet.key = 'jobType' and facet.holder = 'job'
    group by facet.statement_id
)

select
    standing.statement_id,
    standing.facet_digest,
    any_value(job_type.integration) as integration,
    min(event.event_ns) filter (where facet.facet_digest = standing.facet_digest) as first_ns,
    max(event.event_ns) as last_ns
from standing
inner join step.statement_holding as holding
    on standing.statement_id = holding.statement_id and holding.is_whole
inner join step.statement_event as event on holding.holding_id = event.whole_id
left join bronze.event_facet as facet
    on event.event_id = facet.event_id and facet.key = 'sql' and facet.holder = 'job'
left join job_type on standing.statement_id = job_type.statement_id
group by standing.statement_id, standing.facet_digest;
