-- object: silver.statement_batch
-- kind: facts
-- grain: one row per (statement, batch that holds events of it)
-- sources: step.new_event, step.new_facet, silver.lineage_body, silver.set_aside_facet
-- clause: a statement is one run of one job, one job event, or one dataset event that states lineage, explicit or of columns, if only to take it back
create table if not exists silver.statement_batch (
    statement_id varchar,
    run_id varchar,
    batch_id varchar
);

create or replace table step.new_statement_event as
select
    new_event.event_id,
    new_event.run_id,
    new_event.batch_id,
    new_event.source_file,
    case
        when new_event.kind = 'run'
            then
                concat_ws(
                    chr(31), new_event.run_id, new_event.job_namespace, new_event.job_name
                )
        else concat_ws(chr(31), new_event.kind || ' event', hex(new_event.event_id))
    end as statement_id
from step.new_event as new_event
where
    new_event.kind != 'dataset'
    or new_event.event_id in (
        select facet.event_id
        from step.new_facet as facet
        inner join silver.lineage_body as body on facet.facet_digest = body.facet_digest
        where facet.key = 'lineage' and facet.holder = 'dataset'
        union
        select facet.event_id
        from step.new_facet as facet
        anti join silver.set_aside_facet as unread
            on
                facet.facet_digest = unread.facet_digest
                and facet.key = unread.key
                and facet.holder = unread.holder
        where facet.key = 'columnLineage' and facet.holder = 'dataset'
    );

insert into silver.statement_batch
select distinct
    new_statement_event.statement_id,
    new_statement_event.run_id,
    new_statement_event.batch_id
from step.new_statement_event as new_statement_event;

create or replace table step.touched_statement as
select distinct new_statement_event.statement_id
from step.new_statement_event as new_statement_event;

-- A run may name several jobs: its state needs the events of all of them.
create or replace table step.related_batch as
select distinct statement_batch.batch_id
from silver.statement_batch as statement_batch
semi join step.new_statement_event as touched
    on
        coalesce(statement_batch.run_id, statement_batch.statement_id)
        = coalesce(touched.run_id, touched.statement_id);
