-- object: step.going_facet
-- kind: step
-- grain: one row per facet body, by its digest, that nothing that is left holds
-- sources: bronze.holder_facet, step.going_holder
create or replace table step.going_facet as
select facet.facet_digest
from bronze.holder_facet as facet
left join step.going_holder as going on facet.holder_digest = going.holder_digest
group by facet.facet_digest
having count(*) = count(going.holder_digest);
