-- object: step.act_signature
-- kind: step
-- grain: one row per signature of an act that was judged
-- sources: silver.act_signature
create or replace table step.act_signature as
select
    lower(hex(signature.document_id)) as act_id,
    signature.status,
    signature.public_key
from silver.act_signature as signature
where signature.ingested_at <= getvariable('known_at');
