-- object: quality.coverage
-- kind: view
-- grain: one row: what answers about lineage rest on, and what is missing from it; of audit logs see audit.source
-- sources: quality.ingest, quality.quarantine, quality.publication, lineage.run, lineage.unexplained_input, quality.large_alias_group
-- column event_count: events taken in
-- column quarantined_count: records set aside
-- column facet_count: facets set aside
-- column torn_file_count: files whose last record was unfinished when last scanned
-- column open_run_count: runs without a terminal event
-- column unexplained_count: inputs that no stated lineage uses
-- column large_group_count: groups of names that symlinks join and that are too large to be believed
-- column last_event_at: the latest event time
-- column known_at: the last scan
create or replace view quality.coverage as
with told as (
    select ingest.*
    from quality.ingest as ingest
    where not starts_with(ingest.source, 'audit/')
)

select
    coalesce((select sum(told.event_count) from told), 0)::bigint as event_count,
    coalesce((select sum(told.quarantined_count) from told), 0)::bigint as quarantined_count,
    (
        select count(*)
        from quality.quarantine as quarantine
        where quarantine.scope = 'facet'
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
    (select count(*) filter (where not run.is_closed) from lineage.run as run) as open_run_count,
    (select count(*) from lineage.unexplained_input) as unexplained_count,
    (select count(*) from quality.large_alias_group) as large_group_count,
    (select max(told.last_event_at) from told) as last_event_at,
    (select max(publication.known_at) from quality.publication as publication) as known_at;
