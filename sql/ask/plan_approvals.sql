-- object: ask.plan_approvals
-- kind: ask
-- grain: one row per person who has approved a plan by an instant: whether that counts, and why not
-- sources: silver.act, governance.account
-- clause: who made the plan does not approve it, by whichever account; nobody counts twice

-- noqa: disable=references.qualification
with account as (
    select
        account.account,
        account.person_id
    from governance.account as account
    where account.valid_to_at is null and account.known_to_at is null
),

planner as (
    select coalesce(account.person_id, act.actor_id) as person_id
    from silver.act as act
    -- A plan may be made under any name; in other letters it is still that of a person.
    left join account on lower(trim(act.actor_id)) = lower(account.account)
    where
        act.area = 'retention'
        and act.act in ('planned', 'erasure_planned')
        and act.data ->> '$.plan_sha256' = $plan
),

approved as (
    select
        coalesce(account.person_id, act.actor_id) as person_id,
        bool_or(account.person_id is not null) as is_person,
        min(act.acted_at) as approved_at,
        list(act.act_id order by act.act_id) as acts
    from silver.act as act
    left join account on act.actor_id = account.account
    where
        act.area = 'retention'
        and act.act = 'plan_approved'
        and act.subject = 'plan:' || $plan
        and act.acted_at <= $as_of
    group by all
)

select
    approved.person_id,
    approved.approved_at,
    approved.acts,
    case
        when not approved.is_person then 'nobody knows who that is'
        when approved.person_id in (select planner.person_id from planner) then 'made the plan'
        when not list_contains($people::varchar [], approved.person_id)
            then 'is not named under [disposal] people'
    end as objection
from approved
order by approved.approved_at, approved.person_id;
