-- object: silver.tag_statement
-- kind: facts
-- grain: one row per (batch, statement, dataset name or job, tags facet): who has stated which tags
-- sources: step.new_event, step.new_facet, silver.tag_body
-- column kind: run, job or dataset: the kind of event that states it
-- column namespace: of the dataset; null where the tags are those of the job
-- column first_ns: the first event that carries this body
-- column last_ns: the last event that carries it
create table if not exists silver.tag_statement (
    statement_id varchar,
    kind varchar,
    job_namespace varchar,
    job_name varchar,
    namespace varchar,
    name varchar,
    facet_digest blob,
    first_ns bigint,
    last_ns bigint
);

create or replace table step.new_tag_statement as
select
    case
        when event.kind = 'run'
            then concat_ws(chr(31), event.run_id, event.job_namespace, event.job_name)
        else concat_ws(chr(31), event.kind || ' event', hex(event.event_id))
    end as statement_id,
    event.kind,
    event.job_namespace,
    event.job_name,
    facet.namespace,
    facet.name,
    facet.facet_digest,
    min(event.event_ns) as first_ns,
    max(event.event_ns) as last_ns
from step.new_facet as facet
semi join silver.tag_body as body on facet.facet_digest = body.facet_digest
inner join step.new_event as event on facet.event_id = event.event_id
where facet.key = 'tags' and facet.holder in ('job', 'dataset')
group by all;

insert into silver.tag_statement
select * from step.new_tag_statement;
