-- object: quality.sql_remark
-- kind: view
-- grain: one row per (statement, reason): what its SQL leaves open, where lineage could have been inferred from it
-- sources: silver.statement_inference, silver.inference_remark, silver.statement
-- clause: never the SQL itself, which may hold personal data; reasons stand in docs/quality.md
-- column run_id: the run that sent it; null of a job event
-- column job_node_id: its job
-- column reason_code: why, to count by
-- column remark_count: how many places of the text it holds for
create or replace view quality.sql_remark as
select
    statement.run_id,
    silver.node_of('job', statement.job_namespace, statement.job_name) as job_node_id,
    remark.reason_code,
    remark.remark_count
from silver.statement_inference as inference
inner join silver.inference_remark as remark on inference.inference_key = remark.inference_key
inner join silver.statement as statement on inference.statement_id = statement.statement_id;
