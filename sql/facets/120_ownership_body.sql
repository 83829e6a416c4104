-- object: silver.ownership_body
-- kind: facts
-- grain: one row per body of an ownership facet that is not set aside, whether it names owners or not
-- sources: bronze.facet
create table if not exists silver.ownership_body (facet_digest blob);

insert into silver.ownership_body
select distinct stated.facet_digest
from bronze.facet as stated
anti join silver.ownership_body as known on stated.facet_digest = known.facet_digest
where
    stated.key = 'ownership'
    and stated.holder in ('job', 'dataset')
    and stated.set_aside_reason is null;
