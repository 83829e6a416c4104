-- object: retention.disposition
-- kind: view
-- grain: one row per (plan, object) that something was done about, or was said to have been done
-- sources: silver.act, silver.act_signature, silver.log_signer, governance.account
-- clause: what this program says of a deletion counts where the key of the log has signed it; a certificate where it has the bytes of its digest
-- clause: what others confirm counts for what was asked of them, once a person says so; without a plan it is told, and nothing follows
-- clause: the certificate of what was confirmed says what was said, and makes nothing more of it
-- column object_id: the object, subject:PSEUDONYM, or erasure:HANDLE of what was kept of a person
-- column plan_sha256: the plan by which; null where others say so without one
-- column state: asked (others are to treat it), begun (some of it may be gone), disposed (it is gone, with a certificate), confirmed (others say that it is gone), anonymised (others say that it tells of nobody any more)
-- column store: where it lay, such as s3; null where others delete it
-- column done_by: who carried it out, as the acts name them
-- column began_at: when it was asked or begun
-- column ended_at: when it was gone, or said to be; null until then
-- column certificate_sha256: the digest of the certificate; null if there is none
-- column certificate: what it says; null if there is none
-- column known_from_at: the scan that told us of the last of it
-- column action: delete, or anonymise where that was asked of others

-- noqa: disable=references.qualification
create or replace view retention.disposition as
with said as (
    select
        act.act_id,
        case act.act
            when 'erasing' then 'disposing'
            when 'erased' then 'disposed'
            else act.act
        end as act,
        act.subject,
        act.actor_id,
        act.acted_at,
        act.data,
        act.ingested_at,
        act.data ->> '$.plan_sha256' as plan_sha256,
        act.act in ('disposed', 'erased')
        and coalesce(act.data ->> '$.certificate.method' != 'as confirmed', true) as is_gone
    from silver.act as act
    left join silver.act_signature as signature
        on act.act_id = lower(hex(signature.document_id)) and signature.status = 'valid'
    where
        act.area = 'retention'
        and act.act in ('disposal_asked', 'disposing', 'disposed', 'erasing', 'erased')
        and signature.public_key in (select signer.public_key from silver.log_signer as signer)
        and (
            act.act not in ('disposed', 'erased')
            or sha256((act.data -> '$.certificate')::varchar) = act.data ->> '$.certificate_sha256'
        )
),

carried_out as (
    select
        said.subject as object_id,
        said.plan_sha256,
        case max(if(said.is_gone, 2, if(said.act = 'disposing', 1, 0)))
            when 2 then 'disposed'
            when 1 then 'begun'
            else 'asked'
        end as state,
        max(said.data ->> '$.store') filter (where said.act = 'disposing') as store,
        arg_max(said.actor_id, said.acted_at) as done_by,
        min(said.acted_at) as began_at,
        min(said.acted_at) filter (where said.is_gone) as ended_at,
        arg_min(said.data ->> '$.certificate_sha256', said.acted_at) filter (
            where said.act = 'disposed'
        ) as certificate_sha256,
        arg_min(said.data -> '$.certificate', said.acted_at) filter (
            where said.act = 'disposed'
        ) as certificate,
        max(said.ingested_at) as known_from_at,
        coalesce(
            max(said.data ->> '$.action') filter (where said.act = 'disposal_asked'), 'delete'
        ) as action
    from said
    group by said.subject, said.plan_sha256
),

confirmed as (
    select
        act.subject as object_id,
        arg_max(asked.plan_sha256, asked.began_at) as plan_sha256,
        arg_min(act.actor_id, act.acted_at) as done_by,
        min(act.acted_at) as ended_at,
        max(act.ingested_at) as known_from_at
    from silver.act as act
    inner join governance.account as account
        on
            act.actor_id = account.account
            and account.person_id is not null
            and account.valid_to_at is null
            and account.known_to_at is null
    left join carried_out as asked
        on
            act.subject = asked.object_id
            and asked.state = 'asked'
            and act.acted_at >= asked.began_at
    where act.area = 'retention' and act.act = 'disposal_confirmed'
    group by act.subject
)

select
    carried_out.object_id,
    carried_out.plan_sha256,
    case
        when carried_out.state != 'asked' or confirmed.object_id is null then carried_out.state
        when carried_out.action = 'anonymise' then 'anonymised'
        else 'confirmed'
    end as state,
    carried_out.store,
    coalesce(confirmed.done_by, carried_out.done_by) as done_by,
    carried_out.began_at,
    coalesce(carried_out.ended_at, confirmed.ended_at) as ended_at,
    carried_out.certificate_sha256,
    carried_out.certificate,
    greatest(carried_out.known_from_at, confirmed.known_from_at) as known_from_at,
    carried_out.action
from carried_out
left join confirmed
    on
        carried_out.object_id = confirmed.object_id
        and carried_out.plan_sha256 = confirmed.plan_sha256
        and carried_out.state = 'asked'
union all
select
    confirmed.object_id,
    null as plan_sha256,
    'confirmed' as state,
    null as store,
    confirmed.done_by,
    confirmed.ended_at as began_at,
    confirmed.ended_at,
    null as certificate_sha256,
    null as certificate,
    confirmed.known_from_at,
    'delete' as action
from confirmed
where confirmed.plan_sha256 is null;
