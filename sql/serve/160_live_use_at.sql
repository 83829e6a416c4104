-- object: governance.live_use_at
-- kind: macro
-- grain: one row per way in which something live depends on a version at an instant
-- sources: registry.serving, registry.model_alias, registry.version_name, silver.prediction_use, silver.model_use, lineage.downstream
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: recent_days: decisions and accesses of so many days before it count
-- clause: known_at: by what had been told by then; null is all that was
-- clause: use: serves, alias, predictions, accesses or made of it
-- clause: place: where, by whom or what: an endpoint, an alias, a source, a version
-- clause: last_at: the last time; null while it lasts

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.live_use_at(
    version, as_of, recent_days := 7, known_at := null
) as table
with serving as (
    select
        serving.version_node_id,
        serving.deployment_node_id
    from registry.serving as serving
    where
        governance.stands(serving.valid_from_at, serving.valid_to_at, as_of)
        and graph.holds(serving.known_from_at, serving.known_to_at, known_at)
),

named as (
    select
        version_name.model,
        version_name.version as called
    from registry.version_name as version_name
    where
        version_name.version_node_id = version
        and graph.holds(version_name.known_from_at, version_name.known_to_at, known_at)
),

used as (
    select
        'predictions' as use,
        coalesce(prediction.deployment_node_id, 'predictions') as place,
        prediction.last_at
    from silver.prediction_use as prediction
    inner join named on prediction.model = named.model and prediction.version = named.called
    where known_at is null or prediction.ingested_at <= known_at::timestamptz
    union all
    select
        'accesses' as use,
        access.source as place,
        access.last_at
    from silver.model_use as access
    inner join named on access.model = named.model and access.version = named.called
    where known_at is null or access.ingested_at <= known_at::timestamptz
)

select
    'serves' as use,
    serving.deployment_node_id as place,
    null::timestamptz as last_at
from serving
where serving.version_node_id = version
union
select
    'alias' as use,
    alias.alias as place,
    null::timestamptz as last_at
from registry.model_alias as alias
where
    alias.version_node_id = version
    and governance.stands(alias.valid_from_at, alias.valid_to_at, as_of)
    and graph.holds(alias.known_from_at, alias.known_to_at, known_at)
union
select
    'made of it' as use,
    serving.version_node_id as place,
    null::timestamptz as last_at
from lineage.downstream(
    version, as_of := as_of::timestamptz, known_at := known_at::timestamptz
) as downstream
inner join serving on downstream.node_id = serving.version_node_id
where downstream.depth > 0
union
select
    used.use,
    used.place,
    max(used.last_at) as last_at
from used
where
    used.last_at <= as_of::timestamptz
    and used.last_at > as_of::timestamptz - to_days(recent_days::integer)
group by used.use, used.place;
