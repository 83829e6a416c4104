-- object: ask.review_objections
-- kind: ask
-- grain: one row per reason why the review of a break-glass by an act does not count
-- sources: silver.act, governance.break_glass_at, governance.involved_at, governance.person_of, governance.signature_at

-- noqa: disable=references.qualification
with said as (
    select
        act.act_id,
        act.acted_at,
        act.actor_id,
        person.person_id,
        signature.objection
    from silver.act as act
    left join governance.person_of($rules) as person on act.actor_id = person.account
    left join governance.signature_at($rules, $version) as signature
        on act.act_id = signature.act_id
    where act.act_id = $act_id
),

broken as (
    select break_glass_at.*
    from governance.break_glass_at($rules, $version, $as_of) as break_glass_at
),

involved as (
    select involved_at.person_id
    from governance.involved_at($rules, $version, $as_of) as involved_at
    where involved_at.person_id is not null
),

objected as (
    select
        unnest(
            [
                said.objection,
                if(
                    said.acted_at < (select coalesce(min(broken.declared_at), 'infinity') from broken),
                    'nobody has broken the glass for this version',
                    null
                ),
                if(said.person_id is null, 'nobody knows who ' || said.actor_id || ' is', null),
                if(
                    said.person_id in (select broken.person_id from broken),
                    said.person_id || ' has broken it',
                    null
                ),
                if(
                    said.person_id in (select involved.person_id from involved),
                    said.person_id || ' trained or submitted the version',
                    null
                )
            ]
        ) as objection
    from said
)

select objected.objection
from objected
where objected.objection is not null;
