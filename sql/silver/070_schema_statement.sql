-- object: silver.schema_statement
-- kind: facts
-- grain: one row per (dataset name, time, schema facet, run): when which schema was stated, by writer or reader
-- sources: step.new_event, bronze.event_facet, silver.set_aside_facet
-- clause: a schema that cannot be read says nothing, and ends nothing
-- column run_id: the run that states it; null where a job or dataset event does
create table if not exists silver.schema_statement (
    namespace varchar,
    name varchar,
    event_ns bigint,
    facet_digest blob,
    is_by_writer boolean,
    run_id varchar
);

create or replace table step.new_schema_statement as
select distinct
    facet.namespace,
    facet.name,
    event.event_ns,
    facet.facet_digest,
    facet.direction != 'input' as is_by_writer,
    if(event.kind = 'run', event.run_id, null) as run_id
from step.new_event as event
inner join bronze.event_facet as facet on event.event_id = facet.event_id
anti join silver.set_aside_facet as unread
    on
        facet.facet_digest = unread.facet_digest
        and facet.key = unread.key
        and facet.holder = unread.holder
where facet.key = 'schema' and facet.holder = 'dataset';

insert into silver.schema_statement
select * from step.new_schema_statement;
