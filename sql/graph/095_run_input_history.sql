-- object: lineage.run_input_history
-- kind: history
-- grain: one row per (run, input, known time): lineage.run_input as we had been told
-- sources: lineage.run_input, step.touched_input, silver.statement_edge
-- clause: a write that is told late changes what a run is taken to have read, from the scan on that told it
-- column run_id: as in lineage.run_input
-- column dataset_node_id: as in lineage.run_input
-- column dataset_version: as in lineage.run_input
-- column version_basis: as in lineage.run_input
-- column written_by_run_id: as in lineage.run_input
-- column read_from_at: as in lineage.run_input
-- column read_to_at: as in lineage.run_input
-- column is_ambiguous: as in lineage.run_input
-- column feeds: the outputs of the run into which it is stated, or taken, to flow; null if into none
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.run_input_history (
    run_id varchar,
    dataset_node_id varchar,
    dataset_version varchar,
    version_basis varchar,
    written_by_run_id varchar,
    read_from_at timestamptz,
    read_to_at timestamptz,
    is_ambiguous boolean,
    feeds varchar [],
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.told_input as
with flow as (
    select
        edge.run_id,
        edge.source_node_id,
        list(distinct edge.target_node_id order by edge.target_node_id) as feeds
    from silver.statement_edge as edge
    semi join step.touched_input as touched on edge.run_id = touched.run_id
    group by edge.run_id, edge.source_node_id
)

select
    read.*,
    flow.feeds
from lineage.run_input as read
semi join step.touched_input as touched on read.run_id = touched.run_id
left join flow on read.run_id = flow.run_id and read.dataset_node_id = flow.source_node_id;

-- noqa: disable=layout.indent
merge into lineage.run_input_history as told
using step.told_input as fact
    on
        told.known_to_at is null
        and told.run_id = fact.run_id
        and told.dataset_node_id = fact.dataset_node_id
        and told.dataset_version is not distinct from fact.dataset_version
        and told.version_basis = fact.version_basis
        and told.written_by_run_id is not distinct from fact.written_by_run_id
        and told.read_from_at = fact.read_from_at
        and told.read_to_at is not distinct from fact.read_to_at
        and told.is_ambiguous = fact.is_ambiguous
        and told.feeds is not distinct from fact.feeds
when not matched by source
    and told.known_to_at is null
    and told.run_id in (select touched.run_id from step.touched_input as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        run_id, dataset_node_id, dataset_version, version_basis, written_by_run_id,
        read_from_at, read_to_at, is_ambiguous, feeds, known_from_at, known_to_at
    ) values (
        fact.run_id, fact.dataset_node_id, fact.dataset_version, fact.version_basis,
        fact.written_by_run_id, fact.read_from_at, fact.read_to_at, fact.is_ambiguous,
        fact.feeds, getvariable('known_at'), null
    );

delete from lineage.run_input_history
where known_from_at = known_to_at;
