-- object: step.endpoint_place
-- kind: step
-- grain: one row per endpoint as a platform's own log names it: which deployment it is
-- sources: silver.endpoint_event, silver.model_use, silver.polled_endpoint, silver.prediction_use, lineage.node_history
-- clause: an InferenceService is the one deployment of its name whose platform has its namespace as a word: prod/credit-risk is endpoint://prod-eu credit-risk
-- clause: a SageMaker endpoint is the one deployment of its name, if one account and region has such an endpoint
-- clause: where there is none, or more than one, it is a deployment of its own
create or replace table step.endpoint_place as
with logged as (
    select
        event.platform,
        event.name
    from silver.endpoint_event as event
    where event.ingested_at <= getvariable('known_at')
    union
    select
        use.platform,
        use.name
    from silver.model_use as use
    where use.ingested_at <= getvariable('known_at') and use.platform is not null
    union
    select
        endpoint.platform,
        endpoint.name
    from silver.polled_endpoint as endpoint
    where endpoint.ingested_at <= getvariable('known_at')
),

own as (
    select
        logged.*,
        silver.node_of('deployment', logged.platform, logged.name) as node_id,
        starts_with(logged.platform, 'kubernetes://')
        or starts_with(logged.platform, 'arn:') as is_native
    from logged
),

told as (
    select own.node_id
    from own
    where not own.is_native
    union
    select use.deployment_node_id
    from silver.prediction_use as use
    where
        use.ingested_at <= getvariable('known_at')
        and use.deployment_node_id is not null
    union
    select node.node_id
    from lineage.node_history as node
    where
        node.kind = 'deployment'
        and graph.holds(node.known_from_at, node.known_to_at, getvariable('known_at'))
),

named as (
    select
        told.node_id,
        regexp_extract(told.node_id, '([^:]*)$', 1) as encoded_name,
        regexp_split_to_array(
            lower(regexp_extract(told.node_id, '^deployment:(.*):[^:]*$', 1)), '[^a-z0-9]+'
        ) as words
    from told
),

meant as (
    select
        own.platform,
        own.name,
        own.node_id,
        count(named.node_id) as count,
        min(named.node_id) as meant_node_id
    from own
    left join named
        on
            own.is_native
            and silver.encode_part(own.name) = named.encoded_name
            and own.node_id != named.node_id
            and (
                starts_with(own.platform, 'arn:')
                or list_contains(named.words, lower(own.platform[14:]))
            )
    group by own.platform, own.name, own.node_id
),

-- Two endpoints of one kind are not one deployment.
shared as (
    select
        meant.*,
        count(*) over (
            partition by meant.meant_node_id, regexp_extract(meant.platform, '^[a-z]*')
        ) as sharing
    from meant
)

select
    shared.platform,
    shared.name,
    if(shared.count = 1 and shared.sharing = 1, shared.meant_node_id, shared.node_id)
        as deployment_node_id
from shared;
