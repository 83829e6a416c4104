-- object: governance.evaluation_sha256
-- kind: ground
-- grain: scalar; the digest of an evaluation: what was measured on what, and what came out
create or replace macro governance.evaluation_sha256(evaluation) as
sha256(
    to_json([
        evaluation.metric,
        evaluation.slice,
        evaluation.value::varchar,
        evaluation.dataset_name,
        evaluation.dataset_digest,
        evaluation.run_id
    ])::varchar
);
