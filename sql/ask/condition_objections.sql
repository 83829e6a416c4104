-- object: ask.condition_objections
-- kind: ask
-- grain: one row per reason why an act does not meet the condition that it names
-- sources: silver.act, governance.approval, governance.person_of, governance.signature_at

-- noqa: disable=references.qualification
with said as (
    select
        act.act_id,
        act.acted_at,
        act.submission,
        act.is_signed,
        act.data ->> '$.condition' as condition_id,
        coalesce(person.person_id, act.actor_id) as who
    from silver.act as act
    left join governance.person_of($rules) as person on act.actor_id = person.account
    where act.act_id = $act_id and act.acted_at <= $as_of::timestamptz
),

condition as (
    select
        said.act_id,
        bool_or(
            said.who in (coalesce(owner.person_id, entry.value ->> '$.owner'), approval.person_id)
        ) as is_theirs,
        bool_and(silver.end_of(entry.value ->> '$.due_on') <= said.acted_at) as is_late,
        bool_and(approval.signature != 'absent') as is_signed
    from said
    inner join governance.approval as approval
        on
            approval.version_node_id = $version
            and said.submission = coalesce(approval.submission, said.submission)
            and said.acted_at >= approval.valid_from_at
            and approval.known_to_at is null
    inner join json_each(approval.conditions) as entry on said.condition_id = entry.value ->> '$.id'
    left join governance.person_of($rules) as owner on entry.value ->> '$.owner' = owner.account
    group by said.act_id
),

objected as (
    select
        unnest(
            [
                if(
                    condition.act_id is null,
                    'no approval of what is submitted has the condition ' || said.condition_id,
                    null
                ),
                if(
                    not condition.is_theirs,
                    said.who || ' neither owns the condition ' || said.condition_id
                    || ' nor has set it',
                    null
                ),
                if(condition.is_late, 'it was due before', null),
                if(
                    condition.is_signed and not said.is_signed and signature.objection is null,
                    'the approval is signed, and this is not',
                    null
                ),
                signature.objection
            ]
        ) as objection
    from said
    left join condition on said.act_id = condition.act_id
    left join governance.signature_at($rules, $version) as signature
        on said.act_id = signature.act_id
)

select objected.objection
from objected
where objected.objection is not null;
