-- object: step.member
-- kind: step
-- grain: one row per member of the population of the control that has just answered; added to step.tested
-- sources: step.answered, step.answer, step.tested
create or replace table step.member as
with answered as (
    from step.answer
    union all by name
    from step.answered
)

select
    getvariable('control') as control_id,
    answered.scope,
    answered.object_id,
    coalesce(answered.members, 1) as members,
    if(answered.is_tested, coalesce(answered.members, 1), 0) as tested,
    answered.finding,
    answered.missing,
    answered.since_at,
    answered.due_from,
    list_filter(answered.evidence, lambda one: one is not null) as evidence
from answered;

insert into step.tested by name
select member.*
from step.member as member;
