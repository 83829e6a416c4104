-- object: lineage.run_history
-- kind: history
-- grain: one row per (run, known time): lineage.run as we had been told
-- sources: lineage.run, step.touched_run
-- column run_id: as in lineage.run
-- column job_node_id: as in lineage.run
-- column state: as in lineage.run
-- column started_at: as in lineage.run
-- column ended_at: as in lineage.run
-- column duration_ms: as in lineage.run
-- column parent_run_id: as in lineage.run
-- column root_run_id: as in lineage.run
-- column is_closed: as in lineage.run
-- column parent_job_node_id: as in lineage.run
-- column root_job_node_id: as in lineage.run
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.run_history (
    run_id varchar,
    job_node_id varchar,
    state varchar,
    started_at timestamptz,
    ended_at timestamptz,
    duration_ms bigint,
    parent_run_id varchar,
    root_run_id varchar,
    is_closed boolean,
    parent_job_node_id varchar,
    root_job_node_id varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=layout.indent
merge into lineage.run_history as told
using (
    select run.*
    from lineage.run as run
    semi join step.touched_run as touched on run.run_id = touched.run_id
) as fact
    on
        told.known_to_at is null
        and told.run_id = fact.run_id
        and told.job_node_id is not distinct from fact.job_node_id
        and told.state is not distinct from fact.state
        and told.started_at is not distinct from fact.started_at
        and told.ended_at is not distinct from fact.ended_at
        and told.duration_ms is not distinct from fact.duration_ms
        and told.parent_run_id is not distinct from fact.parent_run_id
        and told.root_run_id is not distinct from fact.root_run_id
        and told.is_closed is not distinct from fact.is_closed
        and told.parent_job_node_id is not distinct from fact.parent_job_node_id
        and told.root_job_node_id is not distinct from fact.root_job_node_id
when not matched by source
    and told.known_to_at is null
    and told.run_id in (select touched.run_id from step.touched_run as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        run_id, job_node_id, state, started_at, ended_at, duration_ms, parent_run_id,
        root_run_id, is_closed, parent_job_node_id, root_job_node_id, known_from_at, known_to_at
    ) values (
        fact.run_id, fact.job_node_id, fact.state, fact.started_at, fact.ended_at,
        fact.duration_ms, fact.parent_run_id, fact.root_run_id, fact.is_closed,
        fact.parent_job_node_id, fact.root_job_node_id, getvariable('known_at'), null
    );

delete from lineage.run_history
where known_from_at = known_to_at;
