-- object: silver.inferred_column
-- kind: facts
-- grain: one row per (inference, output field, input field, kind of use): what SQL says that columns are made of
-- sources: step.new_inference, silver.sql_body
-- clause: a name that may mean several things states nothing
-- column output_field: null where the use steers the rows of the whole output
create table if not exists silver.inferred_column (
    inference_key blob,
    output_namespace varchar,
    output_name varchar,
    output_field varchar,
    input_namespace varchar,
    input_name varchar,
    input_field varchar,
    transformation_type varchar,
    transformation_subtype varchar
);

-- The batches of bronze whose texts are to be read now.
create or replace table step.sql_batch as
select distinct body.batch_id
from silver.sql_body as body
semi join step.new_inference as fresh on body.facet_digest = fresh.facet_digest;
