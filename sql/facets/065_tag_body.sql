-- object: silver.tag_body
-- kind: facts
-- grain: one row per body of a tags facet that is not set aside, whether it holds tags, none, or deletes them
-- sources: bronze.facet
create table if not exists silver.tag_body (facet_digest blob);

insert into silver.tag_body
select distinct stated.facet_digest
from bronze.facet as stated
anti join silver.tag_body as known on stated.facet_digest = known.facet_digest
where
    stated.key = 'tags'
    and stated.holder in ('job', 'dataset')
    and stated.set_aside_reason is null;
