-- object: silver.ownership_statement
-- kind: facts
-- grain: one row per (job or dataset name, time, ownership facet): when who was said to answer for it
-- sources: step.new_facet, silver.ownership_body
-- column holder: job or dataset
create table if not exists silver.ownership_statement (
    holder varchar,
    namespace varchar,
    name varchar,
    event_ns bigint,
    facet_digest blob
);

create or replace table step.new_ownership_statement as
select distinct
    facet.holder,
    if(facet.holder = 'job', facet.job_namespace, facet.namespace) as namespace,
    if(facet.holder = 'job', facet.job_name, facet.name) as name,
    facet.event_ns,
    facet.facet_digest
from step.new_facet as facet
semi join silver.ownership_body as body on facet.facet_digest = body.facet_digest
where facet.key = 'ownership' and facet.holder in ('job', 'dataset');

insert into silver.ownership_statement
select * from step.new_ownership_statement;
