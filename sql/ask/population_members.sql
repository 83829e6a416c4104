-- object: ask.population_members
-- kind: ask
-- grain: one row per (control that is on, member of its population), in the order of the catalogue
-- sources: step.tested, step.control
-- clause: of persons only those are listed that are exceptions; the others are counted
select
    tested.control_id,
    coalesce(tested.scope, 'organisation') as scope,
    tested.object_id,
    tested.members,
    tested.tested,
    tested.finding,
    tested.missing,
    tested.since_at,
    tested.due_from,
    coalesce(tested.evidence, []) as evidence
from step.tested as tested
inner join step.control as control on tested.control_id = control.control_id
where tested.finding is not null or not starts_with(tested.object_id, 'subject:')
order by
    control.place, tested.control_id, tested.scope, tested.object_id, tested.finding, tested.missing,
    tested.members, tested.tested, tested.since_at, tested.due_from, tested.evidence;
