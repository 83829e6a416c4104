-- object: ask.pieces_begun
-- kind: ask
-- grain: one row per piece of an object that a plan was about to delete or erase, as it was noted before
-- sources: silver.act, silver.act_signature, silver.log_signer
-- clause: records: of an erasure, which records of the piece, in JSON: where each begins and how long it is
-- clause: only what the key of the log has signed is gone on with

-- noqa: disable=references.qualification
with begun as (
    select
        arg_min(act.data -> '$.pieces', act.acted_at) as pieces,
        arg_min(act.data -> '$.records', act.acted_at) as records,
        min(act.acted_at) as began_at
    from silver.act as act
    inner join silver.act_signature as signature
        on act.act_id = lower(hex(signature.document_id)) and signature.status = 'valid'
    where
        act.area = 'retention'
        and act.act in ('disposing', 'erasing')
        and act.subject = $object
        and act.data ->> '$.plan_sha256' = $plan
        and signature.public_key in (select signer.public_key from silver.log_signer as signer)
)

select
    piece.value ->> '$.place' as place,
    piece.value ->> '$.version' as version,
    (piece.value ->> '$.size_bytes')::bigint as size_bytes,
    piece.value ->> '$.sha256' as sha256,
    coalesce((begun.records -> piece.key::integer)::varchar, '[]') as records,
    epoch_us(begun.began_at) as began_at
from begun, json_each(begun.pieces) as piece
order by all;
