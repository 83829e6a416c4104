-- object: ask.withdrawal_objections
-- kind: ask
-- grain: one row if an act takes back nothing: why it does not count
-- sources: silver.act, governance.approval, governance.break_glass, governance.delegation, governance.person_of, governance.submission, governance.waiver

-- noqa: disable=references.qualification
with taken_back as (
    select submission.*
    from governance.submission as submission
    union all by name
    select approval.*
    from governance.approval as approval
    union all by name
    select waiver.*
    from governance.waiver as waiver
    union all by name
    select delegation.*
    from governance.delegation as delegation
    union all by name
    select break_glass.*
    from governance.break_glass as break_glass
),

said as (
    select
        act.acted_at,
        coalesce(person.person_id, act.actor_id) as who
    from silver.act as act
    left join governance.person_of($rules) as person on act.actor_id = person.account
    where act.act_id = $act_id
)

select 'nothing that ' || said.who || ' has said of it stands' as objection
from said
anti join taken_back
    on
        said.who = taken_back.person_id
        and said.acted_at = taken_back.valid_to_at
        and taken_back.version_node_id = $version
        and taken_back.ended_by = 'withdrawn'
        and taken_back.known_to_at is null
where $as_of::timestamptz >= said.acted_at;
