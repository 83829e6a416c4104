-- object: bronze.event_facet
-- kind: step
-- grain: one row per facet of one occurrence of an event, by the digest of its body
-- sources: bronze.event_holder, bronze.holder_facet
-- column direction: input, output or dataset, of the dataset that holds it; null where a run or a job does
-- column namespace: of that dataset
-- column name: of that dataset
create or replace view bronze.event_facet as
with stated as (
    select distinct
        facet.holder_digest,
        facet.holder,
        facet.key,
        facet.facet_digest
    from bronze.holder_facet as facet
)

select
    held.batch_id,
    held.event_id,
    stated.holder,
    if(held.role in ('input', 'output', 'dataset'), held.role, null) as direction,
    if(held.role in ('input', 'output', 'dataset'), held.namespace, null) as namespace,
    if(held.role in ('input', 'output', 'dataset'), held.name, null) as name,
    stated.key,
    stated.facet_digest
from bronze.event_holder as held
inner join stated on held.holder_digest = stated.holder_digest;
