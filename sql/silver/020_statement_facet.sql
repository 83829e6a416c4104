-- object: step.statement_facet
-- kind: step
-- grain: one row per (touched statement, holder, dataset, key): the facet that stands
-- sources: step.statement_event, step.statement_holding, bronze.event_facet, silver.set_aside_facet
-- clause: a facet of the same name on the same entity replaces the earlier one whole, unless it cannot be read
-- clause: what is said of a run or its job holds for each of its snapshots, what is said of a dataset for the one that says it
create or replace table step.statement_facet as
with held as (
    select
        facet.holder in ('run', 'job') as is_whole,
        if(is_whole, event.whole_id, event.statement_id) as holding_id,
        facet.holder,
        facet.key,
        facet.namespace,
        facet.name,
        max({'event_ns': event.event_ns, 'digest': facet.facet_digest}).digest as facet_digest
    from step.statement_event as event
    inner join bronze.event_facet as facet on event.event_id = facet.event_id
    anti join silver.set_aside_facet as unread
        on
            facet.facet_digest = unread.facet_digest
            and facet.key = unread.key
            and facet.holder = unread.holder
    group by all
)

select
    holding.statement_id,
    held.holder,
    held.key,
    held.namespace,
    held.name,
    held.facet_digest
from held
inner join step.statement_holding as holding
    on held.holding_id = holding.holding_id and held.is_whole = holding.is_whole;
