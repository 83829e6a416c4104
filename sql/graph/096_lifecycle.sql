-- object: lineage.lifecycle
-- kind: history
-- grain: one row per (run, dataset, change, known time): what a run did to a dataset as a whole
-- sources: step.touched_io, silver.statement_change
-- clause: OpenLineage LifecycleStateChangeDatasetFacet 1-0-1; it is done when the run completes
-- column dataset_node_id: the dataset; of a rename by its new name
-- column state_change: ALTER, CREATE, DROP, OVERWRITE, RENAME or TRUNCATE
-- column previous_node_id: the node of the former name; null where none is stated
-- column run_id: the run
-- column job_node_id: its job
-- column changed_at: when the run completed
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create table if not exists lineage.lifecycle (
    dataset_node_id varchar,
    state_change varchar,
    previous_node_id varchar,
    run_id varchar,
    job_node_id varchar,
    changed_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.dataset_lifecycle as
select distinct
    change.node_id as dataset_node_id,
    change.state_change,
    change.previous_node_id,
    change.run_id,
    change.job_node_id,
    silver.instant(change.changed_ns) as changed_at
from silver.statement_change as change
semi join step.touched_io as touched on change.run_id = touched.run_id;

-- noqa: disable=layout.indent
merge into lineage.lifecycle as told
using step.dataset_lifecycle as fact
    on
        told.known_to_at is null
        and told.dataset_node_id = fact.dataset_node_id
        and told.state_change = fact.state_change
        and told.previous_node_id is not distinct from fact.previous_node_id
        and told.run_id = fact.run_id
        and told.job_node_id = fact.job_node_id
        and told.changed_at = fact.changed_at
when not matched by source
    and told.known_to_at is null
    and told.run_id in (select touched.run_id from step.touched_io as touched)
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        dataset_node_id, state_change, previous_node_id, run_id, job_node_id, changed_at,
        known_from_at, known_to_at
    ) values (
        fact.dataset_node_id, fact.state_change, fact.previous_node_id, fact.run_id,
        fact.job_node_id, fact.changed_at, getvariable('known_at'), null
    );

delete from lineage.lifecycle
where known_from_at = known_to_at;
