-- object: step.service_evidence
-- kind: step
-- grain: one row per (deployment, model, version, kind of evidence): what serves or is asked for answers, and why that is no registered version
-- sources: step.deployment, silver.prediction_use, silver.model_use, step.endpoint_place, lineage.edge, lineage.node_history, registry.model_version
-- clause: a source that names a version by its identifier means that registry's; one that names model and version means any registry's
create or replace table step.service_evidence as
with registered as (
    select
        version.version_node_id,
        version.name as model,
        version.version,
        min(version.valid_from_at) as registered_at
    from registry.model_version as version
    where version.known_to_at is null
    group by version.version_node_id, version.name, version.version
),

flow as (
    select
        edge.target_node_id as deployment_node_id,
        edge.valid_from_at
    from lineage.edge as edge
    where
        starts_with(edge.target_node_id, 'deployment:')
        and graph.holds(edge.known_from_at, edge.known_to_at, getvariable('known_at'))
    union all
    select
        edge.source_node_id as deployment_node_id,
        edge.valid_from_at
    from lineage.edge as edge
    where
        starts_with(edge.source_node_id, 'deployment:')
        and graph.holds(edge.known_from_at, edge.known_to_at, getvariable('known_at'))
),

evidence as (
    select
        deployment.deployment_node_id,
        deployment.model,
        deployment.version,
        if(deployment.source = 'openlineage', deployment.version_node_id, null) as stated_node_id,
        deployment.source,
        min(deployment.valid_from_at) as first_at,
        max(deployment.valid_from_at) as last_at
    from step.deployment as deployment
    group by all
    union all
    select
        use.deployment_node_id,
        use.model,
        use.version,
        null as stated_node_id,
        'predictions' as source,
        min(use.first_at) as first_at,
        max(use.last_at) as last_at
    from silver.prediction_use as use
    where use.ingested_at <= getvariable('known_at')
    group by all
    union all
    select
        place.deployment_node_id,
        use.model,
        use.version,
        null as stated_node_id,
        use.source,
        min(use.first_at) as first_at,
        max(use.last_at) as last_at
    from silver.model_use as use
    left join step.endpoint_place as place
        on use.platform = place.platform and use.name = place.name
    where use.ingested_at <= getvariable('known_at')
    group by all
    union all
    select
        node.node_id as deployment_node_id,
        null as model,
        null as version,
        null as stated_node_id,
        'openlineage' as source,
        min(flow.valid_from_at) as first_at,
        max(flow.valid_from_at) as last_at
    from lineage.node_history as node
    inner join flow on node.node_id = flow.deployment_node_id
    where
        node.kind = 'deployment'
        and graph.holds(node.known_from_at, node.known_to_at, getvariable('known_at'))
    group by all
)

select
    evidence.*,
    case
        when evidence.model is null then 'no model named'
        when evidence.version is null and model.model is null then 'not registered'
        when evidence.version is null then null
        when stated.version_node_id is not null then null
        when evidence.stated_node_id is not null and named.model is not null
            then 'registered under another registry'
        when named.model is not null then null
        when model.model is not null then 'version not registered'
        else 'not registered'
    end as reason,
    coalesce(stated.registered_at, named.registered_at) as registered_at
from evidence
left join registered as stated on evidence.stated_node_id = stated.version_node_id
left join (select distinct registered.model from registered) as model
    on evidence.model = model.model
left join (
    select
        registered.model,
        registered.version,
        min(registered.registered_at) as registered_at
    from registered
    group by registered.model, registered.version
) as named
    on evidence.model = named.model and evidence.version = named.version;
