-- object: silver.deleted_body
-- kind: facts
-- grain: one row per body of a job's or dataset's facet that takes back what was stated before
-- sources: bronze.facet
-- clause: OpenLineage 2-0-2, `_deleted`: nothing earlier comes back in its place
create table if not exists silver.deleted_body (facet_digest blob);

insert into silver.deleted_body
select distinct stated.facet_digest
from bronze.facet as stated
anti join silver.deleted_body as known on stated.facet_digest = known.facet_digest
where stated.is_deleted;
