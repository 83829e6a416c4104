-- object: control.P03
-- kind: control
-- grain: one row per object with a maximum
-- sources: step.kept_object
-- clause: what a hold, a conflict or something live keeps is no exception; of what nobody knows from when it counts, nobody can say
select
    kept.model_node_id as scope,
    kept.object_id,
    kept.verdict != 'unknown' as is_tested,
    if(
        kept.verdict = 'due',
        'by rule '
        || kept.rule
        || ' it was to be gone at '
        || strftime(kept.goes_at at time zone 'UTC', '%Y-%m-%d'),
        null
    ) as finding,
    if(kept.verdict = 'unknown', kept.reason, null) as missing,
    kept.goes_at as since_at,
    []::varchar [] as evidence
from step.kept_object as kept
where kept.goes_at is not null or kept.verdict = 'unknown';
