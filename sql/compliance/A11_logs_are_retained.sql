-- object: control.A11
-- kind: control
-- grain: one row per source of audit events, audit log that was disposed of, or rule that lets audit logs go
-- sources: audit.activity, step.disposed_object, retention.policy
-- clause: months are those of the calendar
-- clause: of a log that was disposed of the last time counts that it told of; a log that told of none cannot be judged
select distinct
    null as scope,
    'audit/' || activity.source as object_id,
    true as is_tested,
    null as finding,
    null as missing,
    null::timestamptz as since_at,
    []::varchar [] as evidence
from audit.activity as activity
where activity.ingested_at <= getvariable('known_at')
union all
select
    null as scope,
    disposed.object_id,
    disposed.told_at is not null as is_tested,
    if(
        disposed.ended_at < disposed.told_at + to_months(step.number_of('A11', 'months')),
        'it was disposed of within ' || step.number_of('A11', 'months') || ' months of what it told',
        null
    ) as finding,
    if(disposed.told_at is null, 'nobody knows of what times it told', null) as missing,
    disposed.ended_at as since_at,
    [disposed.certificate_sha256] as evidence
from step.disposed_object as disposed
where disposed.object_id like 'file:landing/audit/%'
union all
select
    null as scope,
    'rule ' || rule.name as object_id,
    true as is_tested,
    if(
        rule.maximum is not null
        and getvariable('as_of') + to_months(rule.maximum_months) + to_days(rule.maximum_days)
        < getvariable('as_of') + to_months(step.number_of('A11', 'months')),
        'it lets audit logs go after ' || rule.maximum,
        null
    ) as finding,
    null as missing,
    rule.valid_from_at as since_at,
    []::varchar [] as evidence
from retention.policy as rule
where
    rule.class = 'audit log'
    and exists (select 1 from audit.activity)
    and governance.stands(rule.valid_from_at, rule.valid_to_at, getvariable('as_of'))
    and graph.holds(rule.known_from_at, rule.known_to_at, getvariable('known_at'));
