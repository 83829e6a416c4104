-- object: gate.monitoring_and_alerts
-- kind: gate
-- grain: one row: the version is watched where it is to be deployed, and somebody is called when it fails
-- sources: registry.operation
with configured as (
    select operation.*
    from registry.operation as operation
    where
        operation.version_node_id = $version
        and operation.operation = 'monitoring_configured'
        and coalesce(operation.environment, $environment) = $environment
        and operation.occurred_at <= $as_of::timestamptz
        and graph.holds(operation.known_from_at, operation.known_to_at, $known_at)
),

-- What was told last is how it is watched now.
last_told as (
    select
        configured.evidence,
        nullif(trim(configured.detail ->> '$.alerts'), '') as alerts,
        coalesce(configured.outcome, 'unknown') in ('failure', 'denied') as has_failed
    from configured
    qualify row_number() over (order by configured.occurred_at desc, configured.evidence) = 1
)

select
    case
        when bool_or(has_failed) then 'fail'
        when count(alerts) = 0 then 'unknown'
        else 'pass'
    end as result,
    coalesce(max(alerts), '') as observed,
    'monitoring and alerts in ' || $environment as threshold,
    case
        when count(*) = 0 then 'nobody has said that this version is monitored in ' || $environment
        when bool_or(has_failed) then 'the last attempt to configure monitoring failed'
        when count(alerts) = 0
            then 'monitoring was configured, and nothing says whom it alerts'
        else 'monitoring and alerts are configured'
    end as reason,
    'configure monitoring with alerts, and let the deployer send monitoring_configured' as remedy,
    list_sort(list_distinct(list(evidence))) as evidence
from last_told;
