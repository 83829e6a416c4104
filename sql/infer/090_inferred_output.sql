-- object: silver.inferred_output
-- kind: facts
-- grain: one row per (inference, output) that SQL fills from datasets all of which are known, or with values of its own
-- clause: every statement of the text is understood, every table that it reads for the output is one of the run's datasets, and at least one is; or it writes what stands in the text itself, and nothing is bound to it
create table if not exists silver.inferred_output (
    inference_key blob,
    output_namespace varchar,
    output_name varchar
);
