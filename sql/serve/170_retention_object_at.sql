-- object: retention.object_at
-- kind: macro
-- grain: one row per object that is kept at an instant, as far as anybody told
-- sources: silver.dataset_at, lineage.run_io, lineage.run, silver.dataset_use, silver.use_of, lineage.tag, silver.registered_at, registry.serving, registry.lifecycle, registry.prediction, governance.retirement, silver.said_of_version_at, governance.policy, quality.ingest, silver.disposed_at, retention.archived, retention.disposition
-- clause: by all that is known; what was made later, or is gone by then, is left out; what was written or read again after it was disposed of is there again
-- clause: as_of: the instant
-- clause: object_id: its identifier
-- clause: class: as retention.policy has it; null where nobody says what it is
-- clause: namespace: of a dataset or a model
-- clause: name: likewise
-- clause: stage: of the lineage, or of a model's life
-- clause: tier: the risk tier of its model; null if it has none
-- clause: tags: as key=value, of the whole object
-- clause: version_node_id: the model version that it belongs to; null if to none
-- clause: created_at: when it was made; null if nobody says
-- clause: last_used_at: when it was last written, read or served from, the later of that and its creation; null if nobody says
-- clause: placed_at: when its version first served; null if it never did
-- clause: retired_at: when its version was retired; null if it was not
-- clause: row_count: as was told last; null if nobody says
-- clause: total_bytes: likewise
-- clause: archived_at: since when all of it lies in the archive alone; null if it does not, or was written or read anew since
-- clause: anonymised_at: since when it tells of nobody any more, as others say; null if nobody does, or if it was written since

-- noqa: disable=layout.indent,references.qualification,structure.unused_cte
create or replace macro retention.object_at(as_of) as table
-- What was used since the instant is looked at again; of all else the last use is known.
with later as (
    select
        io.*,
        coalesce(run.ended_at, run.started_at) as told_at
    from lineage.run_io as io
    inner join lineage.run as run on io.run_id = run.run_id
    where
        coalesce(run.ended_at, run.started_at) <= as_of::timestamptz
        and io.dataset_node_id in (
            select dataset_use.dataset_node_id
            from silver.dataset_use as dataset_use
            where dataset_use.used_at > as_of::timestamptz
        )
),

used as (
    select dataset_use.*
    from silver.dataset_use as dataset_use
    where dataset_use.used_at <= as_of::timestamptz
    union all
    select use_of.*
    from silver.use_of('later') as use_of
),

tagged as (
    select
        tag.node_id,
        list_sort(list(distinct tag.key || '=' || coalesce(tag.value, ''))) as tags
    from lineage.tag as tag
    where
        tag.field is null
        and tag.known_to_at is null
        and governance.stands(tag.valid_from_at, tag.valid_to_at, as_of)
    group by tag.node_id
),

disposed as (
    select disposed_at.*
    from silver.disposed_at(as_of) as disposed_at
),

archived as (
    select
        archived.object_id,
        max(archived.archived_at) as archived_at
    from retention.archived as archived
    where
        archived.archived_at <= as_of::timestamptz
        and coalesce(archived.restored_at > as_of::timestamptz, true)
    group by archived.object_id
),

anonymised as (
    select
        disposition.object_id,
        max(disposition.ended_at) as anonymised_at
    from retention.disposition as disposition
    where disposition.state = 'anonymised' and disposition.ended_at <= as_of::timestamptz
    group by disposition.object_id
),

dataset as (
    select
        node.node_id as object_id,
        case node.stage
            when 'training' then 'training set'
            when 'feature' then 'feature'
            when 'unknown' then null
            else 'data set'
        end as class,
        node.namespace,
        node.name,
        node.stage,
        null as tier,
        tagged.tags,
        null as version_node_id,
        used.made_at as created_at,
        greatest(used.made_at, used.used_at) as last_used_at,
        null::timestamptz as placed_at,
        null::timestamptz as retired_at,
        used.row_count,
        used.total_bytes,
        if(used.written_at > archived.archived_at, null, archived.archived_at) as archived_at,
        if(
            used.written_at > anonymised.anonymised_at, null, anonymised.anonymised_at
        ) as anonymised_at
    from silver.dataset_at(as_of) as node
    left join used on node.node_id = used.dataset_node_id
    left join tagged on node.node_id = tagged.node_id
    left join archived on node.node_id = archived.object_id
    left join anonymised on node.node_id = anonymised.object_id
),

policy as (
    select policy.body
    from governance.policy as policy
    where
        policy.known_to_at is null
        and governance.stands(policy.valid_from_at, policy.valid_to_at, as_of)
),

model_tier as (
    select
        entry.key as model,
        entry.value ->> '$' as tier
    from policy, json_each(policy.body, '$.model') as entry
),

served as (
    select
        serving.version_node_id,
        min(serving.valid_from_at) as placed_at,
        max(least(coalesce(serving.valid_to_at, as_of::timestamptz), as_of::timestamptz)) as served_at
    from registry.serving as serving
    where
        serving.version_node_id is not null
        and serving.known_to_at is null
        and serving.valid_from_at <= as_of::timestamptz
    group by serving.version_node_id
),

retired as (
    select
        retirement.version_node_id,
        min(retirement.valid_from_at) as retired_at
    from governance.retirement as retirement
    where retirement.valid_from_at <= as_of::timestamptz
    group by retirement.version_node_id
),

version as (
    select
        registered.version_node_id,
        registered.registry as namespace,
        registered.name,
        lifecycle.stage,
        coalesce(by_id.tier, by_name.tier) as tier,
        tagged.tags,
        registered.registered_at as created_at,
        greatest(registered.registered_at, served.served_at) as last_used_at,
        served.placed_at,
        retired.retired_at
    from silver.registered_at(as_of) as registered
    left join served on registered.version_node_id = served.version_node_id
    left join retired on registered.version_node_id = retired.version_node_id
    left join registry.lifecycle as lifecycle
        on
            registered.version_node_id = lifecycle.version_node_id
            and lifecycle.known_to_at is null
            and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, as_of)
    left join model_tier as by_id on registered.model_node_id = by_id.model
    left join model_tier as by_name on registered.name = by_name.model
    left join tagged on registered.version_node_id = tagged.node_id
),

predicted as (
    select
        prediction.model,
        prediction.version,
        any_value(prediction.version_node_id) as version_node_id,
        (prediction.decided_at at time zone 'UTC')::date as decided_on,
        max(prediction.decided_at) as created_at,
        count(*) as row_count
    from registry.prediction as prediction
    where prediction.known_to_at is null and prediction.decided_at <= as_of::timestamptz
    group by all
),

file as (
    select
        ingest.source_file,
        any_value(ingest.source) as source,
        max(coalesce(ingest.last_event_at, ingest.ingested_at)) as created_at,
        max(ingest.ingested_at) as read_at,
        sum(ingest.record_count)::bigint as row_count,
        sum(ingest.segment_bytes)::bigint as total_bytes
    from quality.ingest as ingest
    where
        (ingest.source = 'openlineage' or starts_with(ingest.source, 'audit/'))
        and ingest.ingested_at <= as_of::timestamptz
    group by ingest.source_file
)

select dataset.*
from dataset
union all
select
    version.version_node_id as object_id,
    'model artifact' as class,
    version.namespace,
    version.name,
    version.stage,
    version.tier,
    version.tags,
    version.version_node_id,
    version.created_at,
    version.last_used_at,
    version.placed_at,
    version.retired_at,
    null as row_count,
    null as total_bytes,
    null as archived_at,
    anonymised.anonymised_at
from version
left join anonymised on version.version_node_id = anonymised.object_id
where version.version_node_id not in (select disposed.object_id from disposed)
union all
select
    written.object_id,
    written.class,
    version.namespace,
    version.name,
    version.stage,
    version.tier,
    version.tags,
    written.version_node_id,
    written.created_at,
    greatest(written.created_at, version.last_used_at) as last_used_at,
    version.placed_at,
    version.retired_at,
    null as row_count,
    null as total_bytes,
    null as archived_at,
    null as anonymised_at
from silver.said_of_version_at(as_of) as written
left join version on written.version_node_id = version.version_node_id
where written.object_id not in (select disposed.object_id from disposed)
union all
select
    concat_ws(':', 'prediction', predicted.model, predicted.version, predicted.decided_on) as object_id,
    'prediction' as class,
    version.namespace,
    predicted.model as name,
    version.stage,
    version.tier,
    version.tags,
    predicted.version_node_id,
    predicted.created_at,
    predicted.created_at as last_used_at,
    version.placed_at,
    version.retired_at,
    predicted.row_count,
    null as total_bytes,
    null as archived_at,
    null as anonymised_at
from predicted
left join version on predicted.version_node_id = version.version_node_id
union all
select
    'file:' || file.source_file as object_id,
    if(file.source = 'openlineage', 'raw event', 'audit log') as class,
    file.source as namespace,
    file.source_file as name,
    null as stage,
    null as tier,
    null as tags,
    null as version_node_id,
    file.created_at,
    file.created_at as last_used_at,
    null::timestamptz as placed_at,
    null::timestamptz as retired_at,
    file.row_count,
    file.total_bytes,
    if(file.read_at > archived.archived_at, null, archived.archived_at) as archived_at,
    null as anonymised_at
from file
left join disposed on 'file:' || file.source_file = disposed.object_id
left join archived on 'file:' || file.source_file = archived.object_id
where coalesce(disposed.ended_at < file.read_at, disposed.ended_at is null);
