-- object: silver.set_aside_facet
-- kind: facts
-- grain: one row per (facet body, key, holder) that cannot be read as what it is called
-- sources: bronze.facet
-- clause: what cannot be read replaces nothing that was stated before
create table if not exists silver.set_aside_facet (
    facet_digest blob,
    key varchar,
    holder varchar
);

insert into silver.set_aside_facet
select distinct
    stated.facet_digest,
    stated.key,
    stated.holder
from bronze.facet as stated
anti join silver.set_aside_facet as known
    on
        stated.facet_digest = known.facet_digest
        and stated.key = known.key
        and stated.holder = known.holder
where stated.set_aside_reason is not null;
