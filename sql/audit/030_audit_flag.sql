-- object: step.audit_flag
-- kind: step
-- grain: one row per (audit event, flag, detail) that quality.flag gains
-- sources: bronze.flag, bronze.audit_event, step.new_batch, step.audit_occurrence, quality.flag
-- clause: records with the same identifier and different content are all kept and flagged
create or replace table step.audit_flag as
with flagged as (
    select
        flag.event_id,
        flag.flag,
        flag.detail
    from bronze.flag as flag
    semi join (
        select event.event_id
        from bronze.audit_event as event
        semi join step.new_batch as batch on event.batch_id = batch.batch_id
    ) as event on flag.event_id = event.event_id
    union
    select
        occurrence.event_id,
        'same_id_other_content' as flag,
        count(distinct occurrence.content_sha256) || ' contents' as detail
    from step.audit_occurrence as occurrence
    group by occurrence.event_id
    having count(distinct occurrence.content_sha256) > 1
)

select
    lower(hex(flagged.event_id)) as event_id,
    flagged.flag,
    flagged.detail
from flagged;

delete from quality.flag
where (event_id, flag) in (
    select
        audit_flag.event_id,
        audit_flag.flag
    from step.audit_flag as audit_flag
    where audit_flag.flag = 'same_id_other_content'
);

insert into quality.flag
select
    audit_flag.event_id,
    audit_flag.flag,
    audit_flag.detail
from step.audit_flag as audit_flag
anti join quality.flag as known
    on
        audit_flag.event_id = known.event_id
        and audit_flag.flag = known.flag
        and audit_flag.detail is not distinct from known.detail;
