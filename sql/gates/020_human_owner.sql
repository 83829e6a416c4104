-- object: gate.human_owner
-- kind: gate
-- grain: one row: a person answers for the version
-- sources: governance.version_at
select
    case
        when any_value(present.owner) is null then 'fail'
        when any_value(present.owner_basis) = 'service' then 'fail'
        when any_value(present.owner_person_id) is null then 'unknown'
        else 'pass'
    end as result,
    coalesce(any_value(present.owner), '') as observed,
    'a person whom the policy knows' as threshold,
    case
        when any_value(present.owner) is null then 'nobody answers for this version'
        when any_value(present.owner_basis) = 'service'
            then any_value(present.owner) || ' is no person'
        when any_value(present.owner_person_id) is null
            then 'the policy does not say who ' || any_value(present.owner) || ' is'
        else any_value(present.owner_person_id) || ' answers for this version'
    end as reason,
    if(
        any_value(present.owner) is null or any_value(present.owner_basis) = 'service',
        'name a person as the owner in the registry',
        'name the person under [[person]] in the policy'
    ) as remedy,
    list(present.version_node_id) as evidence
from governance.version_at($rules, $version, $as_of, known_at := $known_at) as present;
