-- object: ask.report_way_round
-- kind: ask
-- grain: one row per waiver of a gate and per break-glass, begun last first, $most at most
-- sources: governance.waiver, governance.break_glass
-- clause: stands: whether it stands at the instant; whether it counts is for the gates to say
-- clause: gate: which one; null: all of them
-- clause: reviewed_at: of a break-glass: when another person reviewed it; null if nobody did
-- clause: total_count: how many there are
with told as (
    select
        'waiver' as kind,
        waiver.act_id,
        waiver.version_node_id,
        waiver.gate,
        waiver.actor_id,
        waiver.reason,
        waiver.valid_from_at,
        waiver.valid_to_at,
        null::timestamptz as reviewed_at
    from governance.waiver as waiver
    where waiver.known_to_at is null
    union all
    select
        'break-glass' as kind,
        glass.act_id,
        glass.version_node_id,
        null as gate,
        glass.actor_id,
        glass.reason,
        glass.valid_from_at,
        glass.valid_to_at,
        glass.reviewed_at
    from governance.break_glass as glass
    where glass.known_to_at is null
)

select
    told.* exclude (act_id),
    coalesce(governance.stands(told.valid_from_at, told.valid_to_at, $as_of), false) as stands,
    count(*) filter (where told.kind = 'break-glass') over () as break_glass_count,
    count(*) filter (
        where told.kind = 'break-glass' and told.reviewed_at is null
    ) over () as unreviewed_count,
    count(*) over () as total_count
from told
order by told.valid_from_at desc, told.act_id
limit $most;
