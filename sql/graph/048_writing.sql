-- object: step.writing
-- kind: step
-- grain: one row per (touched owner, statement, target node): a statement that is complete, so that what it leaves out ends
-- sources: step.graph_statement, step.changed_name, step.changed_dropped, silver.statement, silver.statement_node, silver.statement_lineage, silver.statement_change, silver.statement_edge, silver.statement_column, silver.dropped
-- clause: a run ends what it writes without; a job event ends all that it leaves out, unless it speaks of no dataset at all
-- clause: who drops a dataset does not write it; what is written again after a drop ends whatever flowed into the dropped one
-- column owner_id: the job, or the dataset that dataset events speak of
-- column target_node_id: what a run or a dataset event writes; of a job event any of it
create or replace table step.owner_of_target as
select distinct
    edge.owner_id,
    edge.target_node_id
from silver.statement_edge as edge
semi join (
    select dropped.node_id
    from silver.dropped as dropped
    union
    select changed.node_id
    from step.changed_dropped as changed
) as dropped on edge.target_node_id = dropped.node_id
union
select
    stated.owner_id,
    stated.target_node_id
from silver.statement_column as stated
semi join (
    select dropped.node_id
    from silver.dropped as dropped
    union
    select changed.node_id
    from step.changed_dropped as changed
) as dropped on stated.target_node_id = dropped.node_id;

create or replace table step.touched_owner as
select
    coalesce(
        silver.node_of('job', statement.job_namespace, statement.job_name), node.node_id
    ) as owner_id
from silver.statement as statement
semi join step.graph_statement as touched on statement.statement_id = touched.statement_id
left join silver.statement_node as node on statement.statement_id = node.statement_id
union
select changed.old_node_id as owner_id
from step.changed_name as changed
union
select owner.owner_id
from step.owner_of_target as owner
semi join step.changed_dropped as changed on owner.target_node_id = changed.node_id;

create or replace table step.writing as
select
    node.statement_id,
    coalesce(node.job_node_id, node.node_id) as owner_id,
    node.node_id as target_node_id,
    statement.kind as origin,
    statement.completed_ns
from silver.statement_node as node
semi join step.touched_owner as touched
    on coalesce(node.job_node_id, node.node_id) = touched.owner_id
inner join silver.statement as statement on node.statement_id = statement.statement_id
anti join silver.statement_change as change
    on
        node.statement_id = change.statement_id
        and node.node_id = change.node_id
        and change.state_change = 'DROP'
where
    node.direction = 'output'
    and statement.completed_ns is not null
    and statement.kind != 'job'
union
select
    statement.statement_id,
    silver.node_of('job', statement.job_namespace, statement.job_name) as owner_id,
    node.node_id as target_node_id,
    statement.kind as origin,
    statement.completed_ns
from silver.statement as statement
semi join step.touched_owner as touched
    on silver.node_of('job', statement.job_namespace, statement.job_name) = touched.owner_id
left join silver.statement_node as node on statement.statement_id = node.statement_id
left join silver.statement_lineage as stated on statement.statement_id = stated.statement_id
where
    statement.kind = 'job'
    and (node.statement_id is not null or stated.statement_id is not null)
union
select
    null as statement_id,
    owner.owner_id,
    owner.target_node_id,
    'run' as origin,
    dropped.written_ns as completed_ns
from silver.dropped as dropped
inner join step.owner_of_target as owner on dropped.node_id = owner.target_node_id
semi join step.touched_owner as touched on owner.owner_id = touched.owner_id
where dropped.written_ns is not null;
