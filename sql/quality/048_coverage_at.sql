-- object: quality.coverage_at
-- kind: macro
-- grain: one row: what answers about lineage rested on by a known time (null: now), and what was missing from it
-- sources: quality.ingest, quality.quarantine, quality.publication, lineage.run_history, lineage.unexplained_input_history, quality.large_alias_group
-- clause: counted is what had been told by then; groups of names that are too large are those of today

-- noqa: disable=layout.indent,references.qualification
create or replace macro quality.coverage_at(known_at) as table
with told as (
    select ingest.*
    from quality.ingest as ingest
    where
        ingest.source in ('openlineage', 'self')
        and (known_at is null or ingest.ingested_at <= known_at::timestamptz)
)

select
    coalesce((select sum(told.event_count) from told), 0)::bigint as event_count,
    coalesce((select sum(told.quarantined_count) from told), 0)::bigint as quarantined_count,
    (
        select count(*)
        from quality.quarantine as quarantine
        where
            quarantine.scope = 'facet'
            and (known_at is null or quarantine.ingested_at <= known_at::timestamptz)
    ) as facet_count,
    (
        select count(*)
        from (
            select
                told.source_file,
                arg_max(told.torn_bytes, (told.ingested_at, told.start_offset)) as torn_bytes
            from told
            group by told.source_file
        ) as latest
        where latest.torn_bytes > 0
    ) as torn_file_count,
    (
        select count(*)
        from lineage.run_history as run
        where
            not run.is_closed
            and graph.holds(run.known_from_at, run.known_to_at, known_at)
    ) as open_run_count,
    (
        select count(*)
        from lineage.unexplained_input_history as input
        where graph.holds(input.known_from_at, input.known_to_at, known_at)
    ) as unexplained_count,
    (select count(*) from quality.large_alias_group) as large_group_count,
    (select max(told.last_event_at) from told) as last_event_at,
    (
        select max(publication.known_at)
        from quality.publication as publication
        where known_at is null or publication.known_at <= known_at::timestamptz
    ) as known_at;
