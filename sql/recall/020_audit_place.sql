-- object: step.audit_place
-- kind: scope
-- grain: one row per (batch, month) that holds earlier occurrences of what the new batches hold
-- sources: step.audit_seen_again
create or replace table step.audit_place as
select distinct
    seen_again.batch_id,
    seen_again.occurred_in_month
from step.audit_seen_again as seen_again;
