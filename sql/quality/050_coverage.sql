-- object: quality.coverage
-- kind: view
-- grain: one row: what the answers rest on, and what is missing from it
-- sources: quality.ingest, quality.quarantine, quality.publication, lineage.run, lineage.unexplained_input
-- column event_count: events taken in
-- column quarantined_count: records set aside
-- column facet_count: facets set aside
-- column torn_file_count: files whose last record was unfinished when last scanned
-- column open_run_count: runs without a terminal event
-- column unexplained_count: inputs that no stated lineage uses
-- column last_event_at: the latest event time
-- column known_at: the last scan
create or replace view quality.coverage as
select
    (select coalesce(sum(ingest.event_count), 0)::bigint from quality.ingest as ingest)
        as event_count,
    (
        select count(*)
        from quality.quarantine as quarantine
        where quarantine.scope = 'record'
    ) as quarantined_count,
    (
        select count(*)
        from quality.quarantine as quarantine
        where quarantine.scope = 'facet'
    ) as facet_count,
    (
        select count(*)
        from (
            select
                ingest.source_file,
                arg_max(ingest.torn_bytes, (ingest.ingested_at, ingest.start_offset)) as torn_bytes
            from quality.ingest as ingest
            group by ingest.source_file
        ) as latest
        where latest.torn_bytes > 0
    ) as torn_file_count,
    (select count(*) filter (where not run.is_closed) from lineage.run as run) as open_run_count,
    (select count(*) from lineage.unexplained_input) as unexplained_count,
    (select max(ingest.last_event_at) from quality.ingest as ingest) as last_event_at,
    (select max(publication.known_at) from quality.publication as publication) as known_at;
