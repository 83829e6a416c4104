-- object: silver.development_access
-- kind: facts
-- grain: one row per audit event in which a development role reads an object of data
-- sources: bronze.audit_event, step.new_batch, step.development_actor
-- clause: of occurrences the least (ingested_at, source_file, source_offset) is kept; what was refused was not read
-- column event_id: the event in audit.event
-- column source: the format of its record, or the name of the generic source
-- column action: the source's own verb
-- column actor_id: who did it
-- column actor_pattern: the least of the patterns that say that this is a development role
-- column dataset_key: the object as the source names it
-- column occurred_at: when
-- column ingested_at: the clock of the scan that told us
create table if not exists silver.development_access (
    event_id blob,
    source varchar,
    action varchar,
    actor_id varchar,
    actor_pattern varchar,
    dataset_key varchar,
    occurred_at timestamptz,
    ingested_at timestamptz
);

-- noqa: disable=references.qualification
insert into silver.development_access
with pattern as (
    select list(actor.pattern order by actor.pattern) as patterns
    from step.development_actor as actor
),

reading as (
    select
        audit.event_id,
        audit.source,
        audit.action,
        audit.actor_id,
        list_filter(
            pattern.patterns,
            lambda known: audit.actor_id like silver.like_of(known) escape '\'
            or coalesce(audit.on_behalf_of, '') like silver.like_of(known) escape '\'
        )[1] as actor_pattern,
        audit.dataset_key,
        audit.occurred_at,
        audit.ingested_at,
        audit.source_file,
        audit.source_offset
    from bronze.audit_event as audit
    semi join step.new_batch as batch on audit.batch_id = batch.batch_id
    anti join silver.development_access as known on audit.event_id = known.event_id
    cross join pattern
    where
        audit.dataset_key is not null
        and audit.category = 'access'
        and audit.activity_id = 2
        and audit.outcome in ('success', 'unknown')
        and audit.occurred_at is not null
        and not audit.is_interim
)

select reading.* exclude (source_file, source_offset)
from reading
where reading.actor_pattern is not null
qualify
    row_number() over (
        partition by reading.event_id
        order by reading.ingested_at, reading.source_file, reading.source_offset
    ) = 1;
