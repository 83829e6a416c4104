-- object: silver.inference
-- kind: facts
-- grain: one row per text of SQL with the datasets and schemas that it was read with: it is read once
-- sources: step.inference_input
create table if not exists silver.inference (inference_key blob primary key);

create or replace table step.new_inference as
select
    input.inference_key,
    any_value(input.facet_digest) as facet_digest,
    any_value(input.integration) as integration,
    any_value(input.datasets) as datasets
from step.inference_input as input
anti join silver.inference as known on input.inference_key = known.inference_key
group by input.inference_key;

insert into silver.inference
select new_inference.inference_key from step.new_inference as new_inference;
