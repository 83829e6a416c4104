-- object: gate.risk_tier
-- kind: gate
-- grain: one row: the policy puts the model into a risk tier, and the registry claims no other
-- sources: governance.version_at

-- noqa: disable=references.qualification
with asked as (
    select nullif($rules::json ->> '$.tier', '') as tier
)

select
    case
        when any_value(asked.tier) is null then 'fail'
        when any_value(present.risk_tier) != any_value(asked.tier) then 'fail'
        else 'pass'
    end as result,
    coalesce(any_value(present.risk_tier), '') as observed,
    coalesce(any_value(asked.tier), 'a tier') as threshold,
    case
        when any_value(asked.tier) is null then 'the policy puts this model into no risk tier'
        when any_value(present.risk_tier) is null
            then 'the policy puts this model into tier ' || any_value(asked.tier)
        when any_value(present.risk_tier) != any_value(asked.tier)
            then
                'the policy says ' || any_value(asked.tier) || ', the registry says '
                || any_value(present.risk_tier)
        else 'policy and registry say ' || any_value(asked.tier)
    end as reason,
    if(
        any_value(asked.tier) is null,
        'put the model into a tier under [model] in the policy',
        'correct the tag risk_tier in the registry, or the policy'
    ) as remedy,
    list(present.version_node_id) filter (where present.version_node_id is not null) as evidence
from asked
left join governance.version_at($rules, $version, $as_of, known_at := $known_at) as present on true;
