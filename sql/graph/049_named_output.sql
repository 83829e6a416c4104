-- object: step.named_output
-- kind: step
-- grain: one row per (run of a touched owner, output, time): an event that names the output
-- sources: step.touched_owner, silver.statement_node
create or replace table step.named_output as
select
    node.statement_id,
    node.node_id as target_node_id,
    unnest(node.named_ns) as named_ns
from silver.statement_node as node
semi join step.touched_owner as touched on node.job_node_id = touched.owner_id
where node.direction = 'output';
