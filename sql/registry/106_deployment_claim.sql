-- object: step.deployment_claim
-- kind: step
-- grain: one row per (deployment, source, event or run, validity): what a source says serves there, as of the known time
-- sources: lineage.edge, lineage.dropped, silver.endpoint_event, step.endpoint_place, step.polled_claim, step.version_name
create or replace table step.deployment_claim as
with edge as (
    select
        edge.target_node_id as deployment_node_id,
        edge.source_node_id,
        edge.job_node_id,
        edge.last_run_id,
        edge.valid_from_at,
        edge.valid_to_at,
        starts_with(edge.source_node_id, 'modelVersion:') as has_version
    from lineage.edge as edge
    where
        edge.basis = 'deployment'
        and (
            starts_with(edge.source_node_id, 'modelVersion:')
            or starts_with(edge.source_node_id, 'model:')
        )
        and graph.holds(edge.known_from_at, edge.known_to_at, getvariable('known_at'))
),

-- A run is told of before it has ended: what it replaces ends when it began.
replaced as (
    select
        edge.deployment_node_id,
        edge.source_node_id,
        edge.job_node_id,
        edge.valid_from_at,
        max(other.valid_from_at) filter (
            where other.job_node_id is not distinct from edge.job_node_id
            and other.valid_from_at <= edge.valid_to_at
        ) as by_job_at,
        min(other.valid_from_at) filter (
            where other.job_node_id is distinct from edge.job_node_id
        ) as by_other_at
    from edge
    inner join edge as other
        on
            edge.deployment_node_id = other.deployment_node_id
            and edge.has_version = other.has_version
            and edge.valid_from_at < other.valid_from_at
    group by
        edge.deployment_node_id, edge.source_node_id, edge.job_node_id, edge.valid_from_at
),

lasting as (
    select
        edge.*,
        least(coalesce(replaced.by_job_at, edge.valid_to_at), replaced.by_other_at) as ended_at
    from edge
    left join replaced
        on
            edge.deployment_node_id = replaced.deployment_node_id
            and edge.source_node_id = replaced.source_node_id
            and edge.job_node_id is not distinct from replaced.job_node_id
            and edge.valid_from_at = replaced.valid_from_at
),

gone as (
    select
        dropped.dataset_node_id as deployment_node_id,
        dropped.valid_from_at,
        dropped.valid_to_at
    from lineage.dropped as dropped
    where
        starts_with(dropped.dataset_node_id, 'deployment:')
        and graph.holds(dropped.known_from_at, dropped.known_to_at, getvariable('known_at'))
),

start as (
    select
        lasting.*,
        lasting.valid_from_at as from_at
    from lasting
    union all
    select
        lasting.*,
        gone.valid_to_at as from_at
    from lasting
    inner join gone
        on
            lasting.deployment_node_id = gone.deployment_node_id
            and lasting.valid_from_at < gone.valid_to_at
            and (lasting.ended_at is null or lasting.ended_at > gone.valid_to_at)
),

served as (
    select
        start.*,
        least(
            start.ended_at,
            (
                select min(gone.valid_from_at)
                from gone
                where
                    gone.deployment_node_id = start.deployment_node_id
                    and gone.valid_from_at > start.from_at
            )
        ) as to_at
    from start
    where
        not exists (
            select 1
            from gone
            where
                gone.deployment_node_id = start.deployment_node_id
                and gone.valid_from_at <= start.from_at
                and (gone.valid_to_at is null or gone.valid_to_at > start.from_at)
        )
),

-- Who names a model only says less than who names its version.
said as (
    select
        served.deployment_node_id,
        served.source_node_id,
        served.job_node_id,
        served.last_run_id,
        served.has_version,
        served.from_at,
        least(
            served.to_at,
            min(versioned.from_at) filter (where versioned.from_at > served.from_at)
        ) as to_at
    from served
    left join served as versioned
        on
            served.deployment_node_id = versioned.deployment_node_id
            and versioned.has_version
            and not served.has_version
    group by
        served.deployment_node_id,
        served.source_node_id,
        served.job_node_id,
        served.last_run_id,
        served.has_version,
        served.from_at,
        served.to_at
    having
        not coalesce(
            bool_or(
                versioned.from_at <= served.from_at
                and (versioned.to_at is null or versioned.to_at > served.from_at)
            ),
            false
        )
),

event as (
    select
        event.*,
        place.deployment_node_id,
        min(event.occurred_at) over (
            partition by place.deployment_node_id, event.source
            order by event.occurred_at
            range between interval '1 microsecond' following and unbounded following
        ) as to_at
    from silver.endpoint_event as event
    inner join step.endpoint_place as place
        on event.platform = place.platform and event.name = place.name
    where event.ingested_at <= getvariable('known_at')
)

select
    said.deployment_node_id,
    null::varchar as environment,
    if(said.has_version, said.source_node_id, null) as version_node_id,
    silver.decode_part(
        regexp_extract(
            said.source_node_id,
            if(said.has_version, '([^:]*):[^:]*$', '([^:]*)$'),
            1
        )
    ) as model,
    if(
        said.has_version,
        silver.decode_part(regexp_extract(said.source_node_id, '([^:]*)$', 1)),
        null
    ) as version,
    null::varchar as artifact_sha256,
    said.job_node_id as deployed_by,
    'openlineage' as source,
    'run:' || said.last_run_id as evidence,
    said.from_at as valid_from_at,
    said.to_at as valid_to_at
from said
where said.to_at is null or said.to_at > said.from_at
union all
select
    event.deployment_node_id,
    event.environment,
    named.version_node_id,
    event.model,
    event.version,
    event.artifact_sha256,
    event.actor_id as deployed_by,
    if(event.source = 'cloudtrail', 'sagemaker', event.source) as source,
    lower(hex(event.event_id)) as evidence,
    event.occurred_at as valid_from_at,
    event.to_at as valid_to_at
from event
left join step.version_name as named
    on event.model = named.model and event.version = named.version
where not event.is_removal
union all
select
    polled.deployment_node_id,
    null as environment,
    polled.version_node_id,
    polled.model,
    polled.version,
    null as artifact_sha256,
    null as deployed_by,
    'sagemaker_poll' as source,
    polled.evidence,
    polled.valid_from_at,
    polled.valid_to_at
from step.polled_claim as polled;
