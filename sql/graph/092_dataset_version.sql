-- object: lineage.dataset_version
-- kind: facts
-- grain: one row per (dataset, version, run that wrote it)
-- sources: step.touched_io, silver.statement_node, silver.statement, silver.statement_change
-- clause: OpenLineage DatasetVersionDatasetFacet 1-0-1 states a version, else the run that wrote it stands for one
-- clause: only a run that completes makes a version: one that fails or is aborted leaves the current one as it is
-- clause: a run that drops a dataset makes no version of it
-- column dataset_node_id: the dataset, or the model version
-- column dataset_version: the version that the run states; run: and its id where it states none
-- column basis: stated or inferred
-- column run_id: the run that wrote it
-- column written_at: when that run completed
create table if not exists lineage.dataset_version (
    dataset_node_id varchar,
    dataset_version varchar,
    basis varchar,
    run_id varchar,
    written_at timestamptz
);

create or replace table step.dataset_version as
select
    node.node_id as dataset_node_id,
    coalesce(max(node.dataset_version), 'run:' || node.run_id) as dataset_version,
    if(max(node.dataset_version) is null, 'inferred', 'stated') as basis,
    node.run_id,
    silver.instant(max(statement.completed_ns)) as written_at
from silver.statement_node as node
semi join step.touched_io as touched on node.run_id = touched.run_id
inner join silver.statement as statement on node.statement_id = statement.statement_id
anti join silver.statement_change as change
    on
        node.statement_id = change.statement_id
        and node.node_id = change.node_id
        and change.state_change = 'DROP'
where node.direction = 'output' and statement.completed_ns is not null
group by node.node_id, node.run_id;

-- Whoever read from the earliest of these writes on may have read another version than was thought.
create or replace table step.changed_write as
select
    written.dataset_node_id,
    min(written.written_at) as first_at
from (
    select
        fresh.dataset_node_id,
        fresh.written_at
    from step.dataset_version as fresh
    union all
    select
        known.dataset_node_id,
        known.written_at
    from lineage.dataset_version as known
    semi join step.touched_io as touched on known.run_id = touched.run_id
) as written
group by written.dataset_node_id;

delete from lineage.dataset_version
where run_id in (select touched.run_id from step.touched_io as touched);

insert into lineage.dataset_version
select * from step.dataset_version;
