-- object: compliance.trace_backward
-- kind: macro
-- grain: one row per (run that stands behind a version of a node, dataset that it read), with the exact version and where it was told
-- sources: lineage.version_upstream, lineage.run_history, lineage.node_history, silver.statement, silver.statement_code, lineage.event
-- clause: from the model back to raw data, for a sample; a run that read nothing has one row without a dataset
-- clause: node: the model version, or dataset; version: its version (null: all); known_at: by what had been told by then
-- clause: depth: runs between; stage: raw, cleaned, feature or training; version_basis: stated or inferred; is_ambiguous: several versions may have been read
-- clause: code: what says exactly which code ran, by all that was told since; told_in: file, offset and length of the raw events about the run
-- limits: what no producer told: reads outside of jobs that emit, copies by hand, and code that no facet names

-- noqa: disable=layout.indent,references.qualification
create or replace macro compliance.trace_backward(node, version := null, known_at := null) as table
with behind as (
    select upstream.*
    from lineage.version_upstream(node, version := version, known_at := known_at) as upstream
),

told as (
    select
        event.run_id,
        list(
            event.source_file || '@' || event.source_offset || '+' || event.source_bytes
            order by event.event_at, event.source_file, event.source_offset
        ) as told_in
    from lineage.event as event
    semi join behind on event.run_id = behind.run_id
    where known_at is null or event.ingested_at <= known_at::timestamptz
    group by event.run_id
),

coded as (
    select
        statement.run_id,
        list_sort(list_distinct(flatten(list(code.code)))) as code
    from silver.statement as statement
    inner join silver.statement_code as code on statement.statement_id = code.statement_id
    semi join behind on statement.run_id = behind.run_id
    where code.code is not null
    group by statement.run_id
)

select
    behind.depth,
    behind.run_id,
    behind.job_node_id,
    behind.state,
    run.started_at,
    run.ended_at,
    behind.dataset_node_id,
    named.stage,
    behind.dataset_version,
    behind.version_basis,
    behind.is_ambiguous,
    behind.written_by_run_id,
    coded.code,
    told.told_in
from behind
left join lineage.run_history as run
    on behind.run_id = run.run_id and graph.holds(run.known_from_at, run.known_to_at, known_at)
left join lineage.node_history as named
    on
        behind.dataset_node_id = named.node_id
        and graph.holds(named.known_from_at, named.known_to_at, known_at)
left join coded on behind.run_id = coded.run_id
left join told on behind.run_id = told.run_id
order by behind.depth, behind.run_id, behind.dataset_node_id;
