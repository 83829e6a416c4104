-- object: bronze.event_facet
-- kind: step
-- grain: one row per facet of one occurrence of an event, by the digest of its body
-- sources: bronze.event_holder, bronze.holder_facet
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
    case when held.role in ('input', 'output', 'dataset') then held.role end as direction,
    held.position,
    stated.key,
    stated.facet_digest
from bronze.event_holder as held
inner join stated on held.holder_digest = stated.holder_digest;
