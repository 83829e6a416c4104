-- object: silver.tag_facet
-- kind: facts
-- grain: one row per (facet body, tag)
-- sources: bronze.tag
create table if not exists silver.tag_facet (
    facet_digest blob,
    key varchar,
    value varchar,
    source varchar,
    field varchar
);

insert into silver.tag_facet
select distinct
    stated.facet_digest,
    stated.key,
    stated.value,
    stated.source,
    stated.field
from bronze.tag as stated
anti join silver.tag_facet as known on stated.facet_digest = known.facet_digest;
