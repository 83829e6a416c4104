-- object: step.new_facet
-- kind: step
-- grain: one row per facet of a new event, with the dataset that holds it where one does
-- sources: step.new_event, bronze.event_facet
create or replace table step.new_facet as
select distinct
    new_event.event_id,
    new_event.event_ns,
    new_event.event_type,
    new_event.job_namespace,
    new_event.job_name,
    facet.holder,
    facet.key,
    facet.facet_digest,
    facet.namespace,
    facet.name
from step.new_event as new_event
inner join bronze.event_facet as facet on new_event.event_id = facet.event_id;
