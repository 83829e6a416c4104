-- object: silver.owner_facet
-- kind: facts
-- grain: one row per (facet body, owner, type of ownership)
-- sources: bronze.owner
create table if not exists silver.owner_facet (
    facet_digest blob,
    owner varchar,
    ownership_type varchar
);

insert into silver.owner_facet
select distinct
    stated.facet_digest,
    stated.name as owner,
    stated.type as ownership_type
from bronze.owner as stated
anti join silver.owner_facet as known on stated.facet_digest = known.facet_digest;
