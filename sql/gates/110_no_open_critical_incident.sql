-- object: gate.no_open_critical_incident
-- kind: gate
-- grain: one row: no critical incident of the version, or of its model where no version is named, is open
-- sources: registry.incident, registry.model_version
-- clause: what nobody told us of is not open; that alerts reach us is another gate

-- noqa: disable=layout.indent,references.qualification
with open_now as (
    select
        incident.*,
        -- Of a version that no registry is known to hold: it may be this one.
        incident.version_node_id is null and incident.version is not null as is_unclear,
        incident.name || ' is open since '
        || strftime(incident.opened_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ') as sentence
    from registry.incident as incident
    where
        (
            incident.version_node_id = $version
            or (
                incident.version_node_id is null
                and incident.model in (
                    select model_version.name
                    from registry.model_version as model_version
                    where model_version.version_node_id = $version
                )
            )
        )
        and lower(incident.severity) = 'critical'
        and incident.opened_at <= $as_of::timestamptz
        and (incident.closed_at is null or incident.closed_at > $as_of::timestamptz)
        and graph.holds(incident.known_from_at, incident.known_to_at, $known_at)
)

select
    case
        when count(*) filter (where not is_unclear) > 0 then 'fail'
        when count(*) > 0 then 'unknown'
        else 'pass'
    end as result,
    count(distinct incident_id) || ' open' as observed,
    'none open' as threshold,
    if(
        count(*) = 0,
        'no critical incident is open',
        string_agg(distinct sentence, '; ' order by sentence)
    ) as reason,
    'resolve the incident' as remedy,
    list_sort(list_distinct(list(incident_id))) as evidence
from open_now;
