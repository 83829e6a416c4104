-- object: silver.symlink_facet
-- kind: facts
-- grain: one row per (facet body, other name)
-- sources: bronze.symlink
create table if not exists silver.symlink_facet (
    facet_digest blob,
    namespace varchar,
    name varchar,
    type varchar
);

insert into silver.symlink_facet
select distinct
    stated.facet_digest,
    stated.namespace,
    stated.name,
    stated.type
from bronze.symlink as stated
anti join silver.symlink_facet as known on stated.facet_digest = known.facet_digest;
