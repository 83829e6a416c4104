-- object: step.endpoint_removal
-- kind: step
-- grain: one row per (deployment, source, time) that it was taken away at, as of the known time
-- sources: lineage.dropped, silver.endpoint_event, step.endpoint_place, step.polled_claim
-- clause: also by a source that never told of what served there
create or replace table step.endpoint_removal as
select
    place.deployment_node_id,
    if(event.source = 'cloudtrail', 'sagemaker', event.source) as source,
    event.occurred_at as removed_at
from silver.endpoint_event as event
inner join step.endpoint_place as place
    on event.platform = place.platform and event.name = place.name
where event.is_removal and event.ingested_at <= getvariable('known_at')
union
select
    polled.deployment_node_id,
    'sagemaker_poll' as source,
    polled.valid_to_at as removed_at
from step.polled_claim as polled
where
    polled.valid_to_at is not null
    and not exists (
        select 1
        from step.polled_claim as next
        where
            next.deployment_node_id = polled.deployment_node_id
            and next.valid_from_at = polled.valid_to_at
    )
union
select
    dropped.dataset_node_id as deployment_node_id,
    'openlineage' as source,
    dropped.valid_from_at as removed_at
from lineage.dropped as dropped
where
    starts_with(dropped.dataset_node_id, 'deployment:')
    and graph.holds(dropped.known_from_at, dropped.known_to_at, getvariable('known_at'));
