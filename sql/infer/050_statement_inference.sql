-- object: silver.statement_inference
-- kind: facts
-- grain: one row per statement with SQL: which inference speaks of it
-- sources: step.inference_input, step.touched_statement
create table if not exists silver.statement_inference (statement_id varchar, inference_key blob);

-- Only statements of which something else is inferred than before are folded again.
create or replace table step.changed_inference as
select input.statement_id
from step.inference_input as input
left join silver.statement_inference as known on input.statement_id = known.statement_id
where input.inference_key is distinct from known.inference_key;

delete from silver.statement_inference
where
    statement_id in (select touched.statement_id from step.touched_statement as touched)
    or statement_id in (select changed.statement_id from step.changed_inference as changed);

insert into silver.statement_inference
select
    input.statement_id,
    input.inference_key
from step.inference_input as input
anti join silver.statement_inference as known on input.statement_id = known.statement_id;
