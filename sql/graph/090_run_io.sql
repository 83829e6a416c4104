-- object: lineage.run_io
-- kind: facts
-- grain: one row per (run, direction, dataset): what the run read and wrote
-- sources: silver.statement_node, step.graph_statement, silver.statement, step.touched_run
-- column run_id: the run
-- column dataset_node_id: the dataset, or the model version, by its canonical node
-- column direction: input or output
-- column dataset_version: what the version facet states; null if it states none
-- column row_count: rows read or written; the largest that any event of the run states; of snapshots the sum
-- column total_bytes: bytes read or written, likewise
-- column file_count: files read or written, likewise
create table if not exists lineage.run_io (
    run_id varchar,
    dataset_node_id varchar,
    direction varchar,
    dataset_version varchar,
    row_count bigint,
    total_bytes bigint,
    file_count bigint
);

create or replace table step.touched_io as
select distinct statement.run_id
from silver.statement as statement
semi join step.graph_statement as touched on statement.statement_id = touched.statement_id
where statement.run_id is not null;

-- What they used before they were folded again; a run whose times alone have changed is among them.
create or replace table step.touched_use as
select distinct io.dataset_node_id
from lineage.run_io as io
where
    io.run_id in (select touched.run_id from step.touched_io as touched)
    or io.run_id in (select touched.run_id from step.touched_run as touched);

delete from lineage.run_io
where run_id in (select touched.run_id from step.touched_io as touched);

insert into lineage.run_io
select
    node.run_id,
    node.node_id as dataset_node_id,
    node.direction,
    max(node.dataset_version) as dataset_version,
    if(bool_or(statement.is_snapshot), sum(node.row_count), max(node.row_count)) as row_count,
    if(bool_or(statement.is_snapshot), sum(node.total_bytes), max(node.total_bytes)) as total_bytes,
    if(bool_or(statement.is_snapshot), sum(node.file_count), max(node.file_count)) as file_count
from silver.statement_node as node
semi join step.touched_io as touched on node.run_id = touched.run_id
inner join silver.statement as statement on node.statement_id = statement.statement_id
group by node.run_id, node.node_id, node.direction;

insert into step.touched_use
select distinct io.dataset_node_id
from lineage.run_io as io
semi join step.touched_io as touched on io.run_id = touched.run_id;
