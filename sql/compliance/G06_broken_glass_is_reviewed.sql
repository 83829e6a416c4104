-- object: control.G06
-- kind: control
-- grain: one row per act by which somebody deployed past the gates
-- sources: governance.break_glass, step.version, step.calendar
-- clause: a review is by another person; until the business days have passed none is missing
-- clause: holidays are those of [calendar] in the policy
with broken as (
    select
        glass.act_id,
        glass.version_node_id,
        glass.person_id,
        glass.valid_from_at,
        list_filter(
            glass.reviews, lambda said: said.reviewed_at <= getvariable('as_of')
        )[1].reviewed_at as first_reviewed_at
    from governance.break_glass as glass
    where
        glass.valid_from_at <= getvariable('as_of')
        and graph.holds(glass.known_from_at, glass.known_to_at, getvariable('known_at'))
),

due as (
    select
        broken.*,
        silver.business_days_after(
            broken.valid_from_at, step.number_of('G06', 'business_days'), calendar.holidays
        ) as due_at
    from broken
    cross join step.calendar as calendar
)

select
    version.model_node_id as scope,
    due.act_id as object_id,
    true as is_tested,
    case
        when due.first_reviewed_at is null and due.due_at <= getvariable('as_of')
            then
                'nobody has reviewed that '
                || due.person_id
                || ' deployed '
                || due.version_node_id
                || ' past the gates'
        when due.first_reviewed_at > due.due_at
            then
                'it was reviewed later than '
                || step.number_of('G06', 'business_days')
                || ' business days after'
    end as finding,
    null as missing,
    due.valid_from_at as since_at,
    [due.act_id] as evidence
from due
left join step.version as version on due.version_node_id = version.version_node_id;
