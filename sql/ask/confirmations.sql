-- object: ask.confirmations
-- kind: ask
-- grain: one row per object of a plan that others were asked to treat, that people have confirmed to be so, and that has no certificate yet
-- sources: retention.disposition, silver.act

-- noqa: disable=references.qualification
select
    disposition.object_id,
    disposition.plan_sha256 as plan,
    disposition.action,
    disposition.began_at as asked_at,
    disposition.ended_at as confirmed_at,
    disposition.done_by as confirmed_by,
    min(act.act_id) as act_id
from retention.disposition as disposition
inner join silver.act as act
    on
        disposition.object_id = act.subject
        and disposition.ended_at = act.acted_at
        and disposition.done_by = act.actor_id
where
    disposition.state in ('confirmed', 'anonymised')
    and disposition.plan_sha256 is not null
    and disposition.certificate_sha256 is null
    and act.area = 'retention'
    and act.act = 'disposal_confirmed'
group by all
order by all;
