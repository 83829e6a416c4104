-- object: retention.erasure
-- kind: view
-- grain: one row per (plan, object) of the erasure of a person: what is to become of it, and what did
-- sources: silver.act, silver.act_signature, silver.log_signer, governance.account, retention.disposition
-- clause: GDPR Art 17(1), 7(3), 19; nothing here names the person
-- clause: what this program says of an erasure counts where the key of the log has signed it
-- clause: what others confirm counts once a person of the policy says so, after they were asked
-- column plan_sha256: the plan
-- column erasure_id: for whom, as a handle: two plans for the same identifiers have the same
-- column basis: request or withdrawal
-- column object_id: a landing file, a dataset, a model version, or what else the workspace keeps
-- column class: as in retention.object_at, or what else it is
-- column course: erase, mask (identifiers alone), decide (people do), kept, ask (others), unread
-- column reason: why
-- column sought: found (in the workspace), told, downstream, upstream or beside
-- column record_count: records of a landing file
-- column row_count: rows of bronze that go with them
-- column serves_at: where a model version served when the plan was made
-- column state: planned, begun, erased, left (by its certificate nothing of the file went), asked, confirmed, or as course says where nothing is done
-- column planned_at: when the plan was made
-- column ended_at: when it was seen to be gone, or said to be; null until then
-- column certificate_sha256: the digest of the certificate of the erasure; null until then
-- column known_from_at: the scan that told us of the plan

-- noqa: disable=references.qualification
create or replace view retention.erasure as
with asked as (
    select
        act.data ->> '$.plan_sha256' as plan_sha256,
        act.subject as object_id,
        min(act.acted_at) as asked_at
    from silver.act as act
    inner join silver.act_signature as signature
        on act.act_id = lower(hex(signature.document_id)) and signature.status = 'valid'
    where
        act.area = 'retention'
        and act.act = 'erasure_asked'
        and signature.public_key in (select signer.public_key from silver.log_signer as signer)
    group by all
),

confirmed as (
    select
        asked.plan_sha256,
        asked.object_id,
        min(act.acted_at) as ended_at
    from asked
    inner join silver.act as act
        on
            asked.object_id = act.subject
            and act.area = 'retention'
            and act.act = 'erasure_confirmed'
            and asked.plan_sha256 = act.data ->> '$.plan_sha256'
            and asked.asked_at <= act.acted_at
    inner join governance.account as account
        on
            act.actor_id = account.account
            and account.person_id is not null
            and account.valid_to_at is null
            and account.known_to_at is null
    group by all
),

planned as (
    select
        act.data ->> '$.plan_sha256' as plan_sha256,
        any_value(act.data -> '$.plan') as plan,
        min(act.acted_at) as planned_at,
        min(act.ingested_at) as known_from_at
    from silver.act as act
    where
        act.area = 'retention'
        and act.act = 'erasure_planned'
        and sha256((act.data -> '$.plan')::varchar) = act.data ->> '$.plan_sha256'
    group by act.data ->> '$.plan_sha256'
),

certified as (
    select
        act.data ->> '$.certificate_sha256' as certificate_sha256,
        any_value(act.data ->> '$.certificate.subject.pieces[*].place') as places
    from silver.act as act
    where act.area = 'retention' and act.act = 'erased'
    group by act.data ->> '$.certificate_sha256'
),

item as (
    select
        planned.plan_sha256,
        planned.plan ->> '$.erasure' as erasure_id,
        planned.plan ->> '$.basis' as basis,
        one.value ->> '$.object_id' as object_id,
        one.value ->> '$.class' as class,
        one.value ->> '$.course' as course,
        one.value ->> '$.reason' as reason,
        one.value ->> '$.sought' as sought,
        json_array_length(one.value, '$.records')::bigint as record_count,
        (one.value ->> '$.row_count')::bigint as row_count,
        try_cast(one.value -> '$.serves_at' as varchar []) as serves_at,
        planned.planned_at,
        planned.known_from_at
    from planned, json_each(planned.plan, '$.items') as one
)

select
    item.plan_sha256,
    item.erasure_id,
    item.basis,
    item.object_id,
    item.class,
    item.course,
    item.reason,
    item.sought,
    item.record_count,
    item.row_count,
    item.serves_at,
    case
        when item.course in ('erase', 'mask')
            then
                case
                    when coalesce(disposition.state, '') != 'disposed'
                        then coalesce(disposition.state, 'planned')
                    when
                        starts_with(item.object_id, 'file:')
                        and not list_contains(certified.places, item.object_id[6:])
                        then 'left'
                    else 'erased'
                end
        when confirmed.object_id is not null then 'confirmed'
        when asked.object_id is not null then 'asked'
        when item.course = 'ask' then 'planned'
        else item.course
    end as state,
    item.planned_at,
    if(item.course in ('erase', 'mask'), disposition.ended_at, confirmed.ended_at) as ended_at,
    if(item.course in ('erase', 'mask'), disposition.certificate_sha256, null) as certificate_sha256,
    item.known_from_at
from item
left join retention.disposition as disposition
    on
        item.plan_sha256 = disposition.plan_sha256
        and 'erasure:' || item.erasure_id = disposition.object_id
left join certified on disposition.certificate_sha256 = certified.certificate_sha256
left join asked
    on item.plan_sha256 = asked.plan_sha256 and item.object_id = asked.object_id
left join confirmed
    on item.plan_sha256 = confirmed.plan_sha256 and item.object_id = confirmed.object_id;
