-- object: ask.report_shadow_model
-- kind: ask
-- grain: one row per model that serves or is asked for answers at an instant and is not registered, seen last first, $most at most
-- sources: registry.shadow_model
-- clause: total_count: how many there are
select
    shadow.model,
    shadow.version,
    shadow.reason,
    shadow.deployment_node_id,
    shadow.first_seen_at,
    shadow.last_seen_at,
    count(*) over () as total_count
from registry.shadow_model as shadow
where
    shadow.known_to_at is null
    and governance.stands(shadow.valid_from_at, shadow.valid_to_at, $as_of)
order by
    shadow.last_seen_at desc, shadow.model, shadow.version, shadow.deployment_node_id, shadow.reason
limit $most;
