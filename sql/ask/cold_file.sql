-- object: ask.cold_file
-- kind: ask
-- grain: one row per landing file that is named in $objects, or whose last event and reading lie before $before
-- sources: retention.object_at, retention.held_at, quality.ingest

-- noqa: disable=references.qualification
with file as (
    select
        'file:' || ingest.source_file as object_id,
        greatest(max(ingest.last_event_at), max(ingest.ingested_at)) as last_at
    from quality.ingest as ingest
    group by ingest.source_file
),

held as (
    select
        held_at.object_id,
        min(coalesce(held_at.matter || ': ', '') || held_at.reason) as reason
    from retention.held_at($as_of) as held_at
    group by held_at.object_id
)

select
    object_at.object_id,
    list_contains($objects::varchar [], object_at.object_id) as is_named,
    object_at.archived_at is not null as is_archived,
    held.reason as held_for
from retention.object_at($as_of) as object_at
inner join file on object_at.object_id = file.object_id
left join held on object_at.object_id = held.object_id
where
    list_contains($objects::varchar [], object_at.object_id)
    or (file.last_at < $before::timestamptz and object_at.archived_at is null)
order by object_at.object_id;
