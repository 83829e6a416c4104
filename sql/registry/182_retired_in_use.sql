-- object: registry.retired_in_use
-- kind: history
-- grain: one row per (version, reason, use, source, known time): a version that is retired or replaced, and that something live still depends on
-- sources: step.version_lifecycle, registry.model_version, step.serving, step.deployment, silver.prediction_use, silver.model_use, step.version_name
-- clause: a version is retired when the registry first shows it as Archived, or no more, or when another has taken its place and it serves nowhere
-- clause: it is in use if it serves, if a source has not taken back that it serves, or if decisions or accesses of it came after that
-- clause: who names the model only says nothing of a version: such accesses are not here
-- column version_node_id: the version
-- column reason: archived, deleted, replaced, or retired by an act
-- column retired_at: since when, as valid_from_at
-- column use: serves, told to serve, predictions or accesses
-- column source: who says so; of several the least for what serves
-- column deployment_node_id: where; null if nobody says
-- column last_used_at: the last decision or access; null while it serves
-- column valid_from_at: since when it is retired
-- column valid_to_at: null
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.retired_in_use (
    version_node_id varchar,
    reason varchar,
    retired_at timestamptz,
    use varchar,
    source varchar,
    deployment_node_id varchar,
    last_used_at timestamptz,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.retired_in_use as
with replaced as (
    select
        lifecycle.version_node_id,
        lifecycle.basis as reason,
        lifecycle.since as retired_at
    from step.version_lifecycle as lifecycle
    where
        lifecycle.stage = 'retired'
        and lifecycle.basis in ('replaced', 'retired')
        and lifecycle.valid_to_at is null
),

archived as (
    select
        version.version_node_id,
        'archived' as reason,
        min(greatest(version.valid_from_at, version.seen_at)) as retired_at
    from registry.model_version as version
    where
        version.known_to_at is null
        and version.valid_to_at is null
        and lower(version.stage) = 'archived'
    group by version.version_node_id
),

deleted as (
    select
        version.version_node_id,
        'deleted' as reason,
        max(version.valid_to_at) as retired_at
    from registry.model_version as version
    where version.known_to_at is null
    group by version.version_node_id
    having count(*) = count(version.valid_to_at)
),

retired as (
    from replaced
    union all
    from archived
    union all
    from deleted
),

used as (
    select
        serving.version_node_id,
        'serves' as use,
        coalesce(serving.sources[1], '') as source,
        serving.deployment_node_id,
        serving.valid_to_at as last_used_at,
        serving.valid_to_at is null as is_live
    from step.serving as serving
    union all
    select
        deployment.version_node_id,
        'told to serve' as use,
        deployment.source,
        deployment.deployment_node_id,
        null::timestamptz as last_used_at,
        true as is_live
    from step.deployment as deployment
    anti join step.serving as serving
        on
            deployment.deployment_node_id = serving.deployment_node_id
            and deployment.version_node_id = serving.version_node_id
            and serving.valid_to_at is null
    where deployment.valid_to_at is null
    union all
    select
        named.version_node_id,
        'predictions' as use,
        'predictions' as source,
        use.deployment_node_id,
        max(use.last_at) as last_used_at,
        false as is_live
    from silver.prediction_use as use
    inner join step.version_name as named
        on use.model = named.model and use.version = named.version
    where use.ingested_at <= getvariable('known_at')
    group by named.version_node_id, use.deployment_node_id
    union all
    select
        named.version_node_id,
        'accesses' as use,
        use.source,
        null as deployment_node_id,
        max(use.last_at) as last_used_at,
        false as is_live
    from silver.model_use as use
    inner join step.version_name as named
        on use.model = named.model and use.version = named.version
    where use.ingested_at <= getvariable('known_at')
    group by named.version_node_id, use.source
)

select distinct
    retired.version_node_id,
    retired.reason,
    retired.retired_at,
    used.use,
    used.source,
    used.deployment_node_id,
    used.last_used_at,
    retired.retired_at as valid_from_at,
    null::timestamptz as valid_to_at
from retired
inner join used on retired.version_node_id = used.version_node_id
where used.is_live or used.last_used_at > retired.retired_at;

-- noqa: disable=layout.indent
merge into registry.retired_in_use as told
using step.retired_in_use as fact
    on
        told.known_to_at is null
        and told.version_node_id = fact.version_node_id
        and told.reason = fact.reason
        and told.retired_at = fact.retired_at
        and told.use = fact.use
        and told.source = fact.source
        and told.deployment_node_id is not distinct from fact.deployment_node_id
        and told.last_used_at is not distinct from fact.last_used_at
        and told.valid_from_at is not distinct from fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, reason, retired_at, use, source, deployment_node_id, last_used_at,
        valid_from_at, valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.reason, fact.retired_at, fact.use, fact.source,
        fact.deployment_node_id, fact.last_used_at, fact.valid_from_at, fact.valid_to_at,
        getvariable('known_at'), null
    );

delete from registry.retired_in_use
where known_from_at = known_to_at;
