-- object: step.statement_facet
-- kind: step
-- grain: one row per (touched statement, holder, dataset, key): the facet that stands
-- sources: step.statement_event, bronze.event_facet
-- clause: a facet of the same name on the same entity replaces the earlier one whole
create or replace table step.statement_facet as
select
    event.statement_id,
    facet.holder,
    facet.key,
    facet.namespace,
    facet.name,
    max({'event_ns': event.event_ns, 'digest': facet.facet_digest}).digest as facet_digest
from step.statement_event as event
inner join bronze.event_facet as facet on event.event_id = facet.event_id
group by all;
