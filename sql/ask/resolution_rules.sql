-- object: ask.resolution_rules
-- kind: ask
-- grain: one row per rule, hold and live thing that speaks of an object at an instant, whatever decides, and per move of it into the archive
-- sources: retention.object_at, silver.resolved, silver.dated_of, retention.held_at, retention.needed_at, silver.rule_at, retention.archived

-- noqa: disable=references.qualification,structure.unused_cte
with object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
    where object_at.object_id = $object
),

resolution as (
    select resolved.*
    from silver.resolved('object', $as_of) as resolved
),

gave_way as (
    select unnest(resolution.gave_way) as rule
    from resolution
),

rule as (
    select
        resolution.decided_by as name,
        'decides' as part,
        resolution.reason as why,
        dated_of.stays_until,
        dated_of.goes_at
    from resolution
    left join silver.dated_of('object', $as_of) as dated_of
        on resolution.decided_by = dated_of.rule
    where resolution.verdict in ('minimum', 'until', 'due', 'conflict', 'unknown')
    union all
    select
        gave_way.rule.name,
        'gives way' as part,
        gave_way.rule.why,
        gave_way.rule.stays_until,
        gave_way.rule.goes_at
    from gave_way
)

select
    'rule' as kind,
    rule.name,
    rule.part,
    rule.why,
    rule.stays_until,
    rule.goes_at,
    rule_at.basis,
    rule_at.clause
from rule
left join silver.rule_at($as_of) as rule_at on rule.name = rule_at.name
union all
select
    'hold' as kind,
    coalesce(held_at.matter, held_at.hold_id) as name,
    'decides' as part,
    held_at.reason || if(held_at.basis = 'named', '', ' (' || held_at.basis || ' of what is held)') as why,
    null as stays_until,
    null as goes_at,
    'hold' as basis,
    '' as clause
from retention.held_at($as_of) as held_at
where held_at.object_id = $object
union all
select
    'live' as kind,
    needed_at.needed_by as name,
    if(resolution.verdict = 'needed', 'decides', 'rests on it') as part,
    needed_at.basis as why,
    null as stays_until,
    null as goes_at,
    'lineage' as basis,
    '' as clause
from retention.needed_at($as_of) as needed_at
inner join resolution on needed_at.object_id = resolution.object_id
union all
select
    'archive' as kind,
    archived.archive as name,
    archived.state as part,
    'a copy of ' || archived.total_bytes || ' bytes, since ' || archived.archived_at::date || ', by '
    || archived.archived_by as why,
    null as stays_until,
    null as goes_at,
    'archive' as basis,
    '' as clause
from retention.archived as archived
where archived.object_id = $object and archived.archived_at is not null
order by all;
