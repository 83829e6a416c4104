-- object: step.going_holder
-- kind: step
-- grain: one row per run, job or dataset, by the digest of its body, that no event that is left holds
-- sources: bronze.event_holder, step.going_event
create or replace table step.going_holder as
select held.holder_digest
from bronze.event_holder as held
left join step.going_event as going
    on held.batch_id = going.batch_id and held.event_id = going.event_id
group by held.holder_digest
having count(*) = count(going.event_id);
