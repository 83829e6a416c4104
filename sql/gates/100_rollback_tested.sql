-- object: gate.rollback_tested
-- kind: gate
-- grain: one row: going back from the version was tried where it is to be deployed, and the last try succeeded
-- sources: registry.operation
with tried as (
    select operation.*
    from registry.operation as operation
    where
        operation.version_node_id = $version
        and operation.operation = 'rollback_tested'
        and coalesce(operation.environment, $environment) = $environment
        and operation.occurred_at <= $as_of::timestamptz
        and ($oldest is null or operation.occurred_at >= $oldest::timestamptz)
        and graph.holds(operation.known_from_at, operation.known_to_at, $known_at)
),

last_tried as (
    select
        arg_max(tried.outcome, (tried.occurred_at, tried.evidence)) as outcome,
        max(tried.occurred_at) as tried_at,
        count(*) as try_count,
        list_sort(list_distinct(list(tried.evidence))) as evidence
    from tried
)

select
    case
        when try_count = 0 then 'unknown'
        when outcome = 'success' then 'pass'
        when outcome in ('failure', 'denied') then 'fail'
        else 'unknown'
    end as result,
    coalesce(outcome || ' at ' || strftime(tried_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ'), '')
        as observed,
    'a rollback that succeeded in ' || $environment as threshold,
    case
        when try_count = 0 then 'nobody has tried to go back from this version'
        when outcome = 'success' then 'the last try to go back succeeded'
        when outcome in ('failure', 'denied') then 'the last try to go back failed'
        else 'nobody has said how the last try to go back ended'
    end as reason,
    'try to go back, and let the deployer send rollback_tested with its outcome' as remedy,
    evidence
from last_tried;
