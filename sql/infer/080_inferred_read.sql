-- object: silver.inferred_read
-- kind: facts
-- grain: one row per (inference, output, input): a dataset that SQL reads for an output, whatever its columns
create table if not exists silver.inferred_read (
    inference_key blob,
    output_namespace varchar,
    output_name varchar,
    input_namespace varchar,
    input_name varchar
);
