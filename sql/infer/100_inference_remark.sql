-- object: silver.inference_remark
-- kind: facts
-- grain: one row per (inference, reason): what SQL leaves open; never the SQL itself
create table if not exists silver.inference_remark (
    inference_key blob,
    reason_code varchar,
    remark_count bigint
);
