-- object: registry.lifecycle
-- kind: history
-- grain: one row per (version, stage, validity, known time): where a model version is in its life
-- sources: registry.model_version, registry.model_alias, silver.act, step.serving, step.monitored_evaluation
-- clause: production while it serves anywhere, monitoring from the first measurement of it that comes while it serves
-- clause: else retired once somebody has retired it, or while the registry has it as Archived or has deleted it; staging while its stage or an alias of it is Staging; retired if it has served before; else development
-- clause: a stage that the first listing of a registry shows counts from that listing on: what it was before nobody says
-- clause: what nobody deploys is not in production, whatever stage a registry gives it
-- column version_node_id: the version
-- column stage: development, staging, production, monitoring or retired
-- column since: from when, as valid_from_at
-- column basis: what that rests on: registered, staged, serves, measured, retired, archived, deleted or replaced
-- column previous_stage: the stage before; null if this is the first
-- column is_registered: whether a registry had it when the stage began
-- column valid_from_at: from when
-- column valid_to_at: until the next stage; null while there is none
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists registry.lifecycle (
    version_node_id varchar,
    stage varchar,
    since timestamptz,
    basis varchar,
    previous_stage varchar,
    is_registered boolean,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.version_lifecycle as
with spell as (
    select
        version.version_node_id,
        'registered' as basis,
        version.valid_from_at as from_at,
        version.valid_to_at as to_at
    from registry.model_version as version
    where version.known_to_at is null
    union all
    select
        version.version_node_id,
        if(lower(version.stage) = 'staging', 'staged', 'archived') as basis,
        greatest(version.valid_from_at, version.seen_at) as from_at,
        version.valid_to_at as to_at
    from registry.model_version as version
    where version.known_to_at is null and lower(version.stage) in ('staging', 'archived')
    union all
    select
        alias.version_node_id,
        'staged' as basis,
        alias.valid_from_at as from_at,
        alias.valid_to_at as to_at
    from registry.model_alias as alias
    where alias.known_to_at is null and lower(alias.alias) = 'staging'
    union all
    select
        act.subject as version_node_id,
        'retired' as basis,
        act.acted_at as from_at,
        null::timestamptz as to_at
    from silver.act as act
    where
        act.area = 'governance'
        and act.act = 'retired'
        and act.ingested_at <= getvariable('known_at')
    union all
    select
        serving.version_node_id,
        'serves' as basis,
        serving.valid_from_at as from_at,
        serving.valid_to_at as to_at
    from step.serving as serving
    where serving.version_node_id is not null
    union all
    select
        serving.version_node_id,
        'measured' as basis,
        min(evaluation.measured_at) as from_at,
        any_value(serving.valid_to_at) as to_at
    from step.serving as serving
    inner join step.monitored_evaluation as evaluation
        on
            serving.version_node_id = evaluation.version_node_id
            and serving.valid_from_at <= evaluation.measured_at
            and (serving.valid_to_at is null or serving.valid_to_at > evaluation.measured_at)
    group by serving.version_node_id, serving.deployment_node_id, serving.valid_from_at
),

lasting as (
    select spell.*
    from spell
    where spell.to_at is null or spell.to_at > spell.from_at
),

boundary as (
    select
        lasting.version_node_id,
        lasting.from_at as at
    from lasting
    union
    select
        lasting.version_node_id,
        lasting.to_at as at
    from lasting
    where lasting.to_at is not null
),

held as (
    select
        boundary.version_node_id,
        boundary.at,
        list(distinct lasting.basis) filter (
            where lasting.to_at is null or lasting.to_at > boundary.at
        ) as now,
        list(distinct lasting.basis) filter (where lasting.to_at <= boundary.at) as before
    from boundary
    inner join lasting
        on
            boundary.version_node_id = lasting.version_node_id
            and boundary.at >= lasting.from_at
    group by boundary.version_node_id, boundary.at
),

judged as (
    select
        held.version_node_id,
        held.at,
        coalesce(list_contains(held.now, 'registered'), false) as is_registered,
        case
            when list_contains(held.now, 'measured') then 'measured'
            when list_contains(held.now, 'serves') then 'serves'
            when list_contains(held.now, 'retired') then 'retired'
            when list_contains(held.now, 'archived') then 'archived'
            when
                not coalesce(list_contains(held.now, 'registered'), false)
                and list_contains(held.before, 'registered')
                then 'deleted'
            when list_contains(held.now, 'staged') then 'staged'
            when list_contains(held.before, 'serves') then 'replaced'
            else 'registered'
        end as basis
    from held
),

staged as (
    select
        judged.*,
        case
            when judged.basis = 'measured' then 'monitoring'
            when judged.basis = 'serves' then 'production'
            when judged.basis = 'staged' then 'staging'
            when judged.basis = 'registered' then 'development'
            else 'retired'
        end as stage
    from judged
),

turned as (
    select
        staged.*,
        lag(staged.stage) over (
            partition by staged.version_node_id order by staged.at
        ) as previous_stage
    from staged
    qualify
        staged.stage is distinct from lag(staged.stage) over (
            partition by staged.version_node_id order by staged.at
        )
)

select
    turned.version_node_id,
    turned.stage,
    turned.at as since,
    turned.basis,
    turned.previous_stage,
    turned.is_registered,
    turned.at as valid_from_at,
    lead(turned.at) over (
        partition by turned.version_node_id order by turned.at
    ) as valid_to_at
from turned;

-- noqa: disable=layout.indent
merge into registry.lifecycle as told
using step.version_lifecycle as fact
    on
        told.known_to_at is null
        and told.version_node_id = fact.version_node_id
        and told.stage = fact.stage
        and told.since = fact.since
        and told.basis = fact.basis
        and told.previous_stage is not distinct from fact.previous_stage
        and told.is_registered = fact.is_registered
        and told.valid_from_at = fact.valid_from_at
        and told.valid_to_at is not distinct from fact.valid_to_at
when not matched by source and told.known_to_at is null
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        version_node_id, stage, since, basis, previous_stage, is_registered, valid_from_at,
        valid_to_at, known_from_at, known_to_at
    ) values (
        fact.version_node_id, fact.stage, fact.since, fact.basis, fact.previous_stage,
        fact.is_registered, fact.valid_from_at, fact.valid_to_at, getvariable('known_at'), null
    );

delete from registry.lifecycle
where known_from_at = known_to_at;
