-- object: silver.audit_seen
-- kind: facts
-- grain: one row per occurrence of an audit event: enough of it to find out whether it came before
-- sources: bronze.audit_event, step.new_batch
-- clause: eight bytes of each identifier, in the order of arrival: the only thing that is read in full for each batch
create table if not exists silver.audit_seen (
    event_prefix ubigint,
    batch_id varchar,
    occurred_in_month date
);

create or replace table step.new_audit_prefix as
select silver.id_prefix(event.event_id) as event_prefix
from bronze.audit_event as event
semi join step.new_batch as batch on event.batch_id = batch.batch_id;

create or replace table step.audit_seen_again as
select
    seen.event_prefix,
    seen.batch_id,
    seen.occurred_in_month
from silver.audit_seen as seen
semi join step.new_audit_prefix as prefix on seen.event_prefix = prefix.event_prefix;

create or replace table step.repeated_prefix as
select seen_again.event_prefix
from step.audit_seen_again as seen_again
union
-- Sorted, since nearly every one of them would be a group of its own.
select ordered.event_prefix
from (
    select
        prefix.event_prefix,
        lag(prefix.event_prefix) over (order by prefix.event_prefix) as before
    from step.new_audit_prefix as prefix
) as ordered
where ordered.event_prefix = ordered.before;

drop table step.new_audit_prefix;

insert into silver.audit_seen
select
    silver.id_prefix(event.event_id) as event_prefix,
    event.batch_id,
    -- Without a zone: it is UTC, and to look that up for each takes a third of the time.
    date_trunc('month', make_timestamp(epoch_us(event.occurred_at)))::date as occurred_in_month
from bronze.audit_event as event
semi join step.new_batch as batch on event.batch_id = batch.batch_id;
