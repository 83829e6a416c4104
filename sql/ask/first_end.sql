-- object: ask.first_end
-- kind: ask
-- grain: one row: when the first of some acts on a version ends; null if none of them does
-- sources: governance.approval_at, governance.waiver_at, governance.break_glass_at
with standing as (
    select
        act_id,
        ends_at
    from governance.approval_at($rules, $version, $as_of)
    union all
    select
        act_id,
        ends_at
    from governance.waiver_at($rules, $version, $as_of)
    union all
    select
        act_id,
        ends_at
    from governance.break_glass_at($rules, $version, $as_of)
)

select min(standing.ends_at) as ends_at
from standing
where list_contains($acts::varchar [], standing.act_id);
