-- object: lineage.facet
-- kind: view
-- grain: one row per distinct facet body under one key of one kind of holder
-- sources: lake.facet
-- column facet_digest: SHA-256 of the body
-- column key: the facet's name
-- column holder: run, job, dataset, input or output
-- column body: the facet as JSON text, secrets masked
-- column is_standard: whether the specification defines it
-- column set_aside_reason: how it breaks its schema; null if it does not
create or replace view lineage.facet as
select
    lower(hex(facet.facet_digest)) as facet_digest,
    facet.key,
    facet.holder,
    min(facet.body) as body,
    bool_or(facet.is_standard) as is_standard,
    min(facet.set_aside_reason) as set_aside_reason
from lake.facet as facet
group by all;
