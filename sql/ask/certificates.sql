-- object: ask.certificates
-- kind: ask
-- grain: one row per certificate of a deletion or an erasure, of an object or of those whose digest begins so if $asked says which; the latest first
-- sources: retention.disposition, silver.act, silver.act_signature, silver.document
-- clause: the act that keeps it is the first that the key of the log has signed

-- noqa: disable=references.qualification
with kept as (
    select
        act.subject as object_id,
        act.data ->> '$.certificate_sha256' as certificate_sha256,
        arg_min(act.act_id, (act.acted_at, act.act_id)) as act_id
    from silver.act as act
    inner join silver.act_signature as signature
        on act.act_id = lower(hex(signature.document_id)) and signature.status = 'valid'
    where act.area = 'retention' and act.act in ('disposed', 'erased')
    group by all
)

select
    disposition.object_id,
    disposition.certificate ->> '$.method' as method,
    disposition.certificate ->> '$.verification.result' as result,
    disposition.ended_at,
    disposition.certificate ->> '$.trigger.rule' as rule,
    disposition.plan_sha256 as plan,
    disposition.certificate_sha256 as certificate,
    kept.act_id,
    disposition.certificate::varchar as text,
    document.body::varchar as act
from retention.disposition as disposition
inner join kept
    on
        disposition.object_id = kept.object_id
        and disposition.certificate_sha256 = kept.certificate_sha256
inner join silver.document as document
    on kept.act_id = lower(hex(document.document_id))
where
    $asked::varchar is null
    or disposition.object_id = $asked
    or starts_with(disposition.certificate_sha256, $asked)
order by disposition.ended_at desc, disposition.object_id;
