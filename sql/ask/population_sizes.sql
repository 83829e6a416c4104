-- object: ask.population_sizes
-- kind: ask
-- grain: one row per (control that is on, scope that its members name)
-- sources: step.tested
-- clause: row_count: members that ask.population_members lists or leaves out; unlisted_count: those that it leaves out
select
    tested.control_id,
    coalesce(tested.scope, 'organisation') as scope,
    count(*) as row_count,
    count(*) filter (where tested.finding is null and starts_with(tested.object_id, 'subject:'))
        as unlisted_count
from step.tested as tested
group by tested.control_id, tested.scope
order by tested.control_id, tested.scope;
