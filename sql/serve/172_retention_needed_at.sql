-- object: retention.needed_at
-- kind: macro
-- grain: one row per object and live thing that rests on it at an instant
-- sources: registry.serving, registry.deployment, registry.incident, registry.model_version, graph.node, graph.flow, silver.statement, silver.statement_node, silver.statement_edge, silver.statement_file, silver.endpoint_event, silver.model_event, silver.said_of_version_at
-- clause: what serves, and what an open incident is about, needs all that went into it, and what was written and decided on it
-- clause: it needs the landing files, too, that tell how each of these was written and what flowed into it, until the version was made, and those that tell that it serves, or of the incident
-- clause: not found: files that only say under which other names something goes, who owns it or what its fields are; and audit logs that only vouch for others
-- clause: as_of: the instant
-- clause: object_id: the object
-- clause: needed_by: the model version that rests on it
-- clause: basis: serves, or the name of the open incident

-- noqa: disable=layout.indent,references.qualification
create or replace macro retention.needed_at(as_of) as table
with recursive serving as materialized (
    select distinct
        serving.version_node_id,
        serving.deployment_node_id
    from registry.serving as serving
    where
        serving.version_node_id is not null
        and serving.known_to_at is null
        and governance.stands(serving.valid_from_at, serving.valid_to_at, as_of)
),

incident as materialized (
    select
        incident.version_node_id,
        incident.source,
        incident.incident_id,
        'incident ' || coalesce(incident.name, incident.incident_id) as basis
    from registry.incident as incident
    where
        incident.version_node_id is not null
        and incident.known_to_at is null
        and governance.stands(incident.valid_from_at, incident.valid_to_at, as_of)
),

live as materialized (
    select
        serving.version_node_id,
        'serves' as basis
    from serving
    union
    select
        incident.version_node_id,
        incident.basis
    from incident
),

walk as (
    select
        live.version_node_id,
        node.number
    from live
    inner join graph.node as node on live.version_node_id = node.node_id
    union
    select
        walk.version_node_id,
        flow.source_number
    from walk
    inner join graph.flow as flow on walk.number = flow.target_number
    where
        flow.known_to_at is null
        and flow.valid_from_at <= as_of::timestamptz
),

walked as materialized (
    select
        walk.version_node_id,
        node.node_id
    from walk
    inner join graph.node as node on walk.number = node.number
),

walked_node as materialized (
    select distinct walked.node_id
    from walked
),

-- What ran later cannot have gone into a version.
made as (
    select
        said.version_node_id,
        max(said.made_ns) as made_ns
    from (
        select
            node.node_id as version_node_id,
            greatest(node.first_ns, statement.completed_ns) as made_ns
        from silver.statement_node as node
        inner join silver.statement as statement on node.statement_id = statement.statement_id
        where
            node.direction = 'output'
            and node.node_id in (select live.version_node_id from live)
        union all
        select
            version.version_node_id,
            epoch_ns(coalesce(version.registered_at, version.valid_from_at)) as made_ns
        from registry.model_version as version
        where
            version.known_to_at is null
            and version.version_node_id in (select live.version_node_id from live)
    ) as said
    group by said.version_node_id
),

stated as (
    select
        node.node_id,
        node.statement_id
    from silver.statement_node as node
    where
        node.direction = 'output'
        and node.node_id in (select walked_node.node_id from walked_node)
    union
    select
        edge.target_node_id,
        edge.statement_id
    from silver.statement_edge as edge
    where edge.target_node_id in (select walked_node.node_id from walked_node)
),

told as materialized (
    select
        stated.node_id,
        file.source_file,
        min(statement.first_ns) as first_ns
    from stated
    inner join silver.statement as statement on stated.statement_id = statement.statement_id
    inner join silver.statement_file as file on statement.whole_id = file.whole_id
    where statement.first_ns <= epoch_ns(as_of::timestamptz)
    group by stated.node_id, file.source_file
),

telling as (
    select
        walked.version_node_id,
        null::varchar as basis,
        told.source_file
    from walked
    inner join told on walked.node_id = told.node_id
    left join made on walked.version_node_id = made.version_node_id
    where coalesce(told.first_ns <= made.made_ns, true)
    union
    select
        serving.version_node_id,
        'serves' as basis,
        file.source_file
    from serving
    inner join silver.statement_edge as edge
        on
            serving.version_node_id = edge.source_node_id
            and serving.deployment_node_id = edge.target_node_id
    inner join silver.statement as statement on edge.statement_id = statement.statement_id
    inner join silver.statement_file as file on statement.whole_id = file.whole_id
    where statement.first_ns <= epoch_ns(as_of::timestamptz)
    union
    select
        deployment.version_node_id,
        'serves' as basis,
        event.source_file
    from registry.deployment as deployment
    inner join silver.endpoint_event as event
        on deployment.evidence = lower(hex(event.event_id))
    where
        deployment.version_node_id in (select serving.version_node_id from serving)
        and deployment.known_to_at is null
        and governance.stands(deployment.valid_from_at, deployment.valid_to_at, as_of)
    union
    select
        incident.version_node_id,
        incident.basis,
        event.source_file
    from incident
    inner join silver.model_event as event
        on incident.source = event.source and incident.incident_id = event.incident_id
    where coalesce(event.occurred_at <= as_of::timestamptz, true)
),

reached as (
    select
        walked.version_node_id,
        null::varchar as basis,
        walked.node_id as object_id
    from walked
    union all
    select
        live.version_node_id,
        null::varchar as basis,
        said.object_id
    from live
    inner join silver.said_of_version_at(as_of) as said
        on live.version_node_id = said.version_node_id
    union all
    select
        telling.version_node_id,
        telling.basis,
        'file:' || telling.source_file as object_id
    from telling
)

select distinct
    reached.object_id,
    live.version_node_id as needed_by,
    live.basis
from reached
inner join live
    on
        reached.version_node_id = live.version_node_id
        and coalesce(reached.basis = live.basis, true);
