-- object: control.A03
-- kind: control
-- grain: one row per source of audit events and day
-- sources: audit.activity
-- clause: what was done, when, where, with what outcome and by whom; where is the account, the environment, the address or the thing
select
    null as scope,
    'audit/' || activity.source || '/' || coalesce(activity.day_on::varchar, 'undated') as object_id,
    sum(activity.event_count)::bigint as members,
    true as is_tested,
    nullif(
        string_agg(
            activity.event_count || ' without ' || silver.lacks_said(activity.lacks), '; '
            order by activity.lacks
        ) filter (where activity.lacks != 0),
        ''
    ) as finding,
    null as missing,
    activity.day_on::timestamp at time zone 'UTC' as since_at,
    [] as evidence
from (
    select
        held.source,
        held.day_on,
        held.lacks,
        sum(held.event_count)::bigint as event_count
    from audit.activity as held
    where held.ingested_at <= getvariable('known_at')
    group by held.source, held.day_on, held.lacks
) as activity
group by activity.source, activity.day_on;
