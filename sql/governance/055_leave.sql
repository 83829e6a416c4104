-- object: step.leave
-- kind: step
-- grain: one row per act that gives leave for a while: a waiver, a delegation, a deployment past the gates
-- sources: step.act
-- clause: it stands until it expires, or who gave it takes it back; an end that cannot be read has come
create or replace table step.leave as
with said as (
    select
        act.*,
        min(withdrawn.acted_at) as withdrawn_at,
        coalesce(act.expires_at, act.acted_at) as ends_at
    from step.act as act
    left join step.act as withdrawn
        on
            withdrawn.act = 'withdrawn'
            and act.subject = withdrawn.subject
            and act.person_id = withdrawn.person_id
            and act.acted_at <= withdrawn.acted_at
    where act.act in ('waived', 'delegated', 'break_glass')
    group by all
)

select
    said.act,
    said.act_id,
    said.subject as version_node_id,
    said.stage,
    said.data,
    said.actor_id,
    said.person_id,
    said.is_person,
    said.reason,
    said.ticket,
    said.submission,
    case least(said.withdrawn_at, said.ends_at)
        when said.withdrawn_at then 'withdrawn'
        else 'expired'
    end as ended_by,
    said.acted_at as valid_from_at,
    least(said.withdrawn_at, said.ends_at) as valid_to_at
from said;
