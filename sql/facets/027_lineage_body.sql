-- object: silver.lineage_body
-- kind: facts
-- grain: one row per body of a lineage facet that is not set aside, whether it has entries or not
-- sources: bronze.facet
-- column is_deleted: it takes back what was stated before
create table if not exists silver.lineage_body (
    facet_digest blob,
    is_deleted boolean
);

insert into silver.lineage_body
select distinct
    stated.facet_digest,
    stated.is_deleted
from bronze.facet as stated
anti join silver.lineage_body as known on stated.facet_digest = known.facet_digest
where
    stated.key = 'lineage'
    and stated.holder in ('job', 'dataset')
    and stated.set_aside_reason is null;
