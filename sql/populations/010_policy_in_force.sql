-- object: step.policy_in_force
-- kind: step
-- grain: one row: the policy in force at the instant that is asked about, as it was known; an empty one if there is none
-- sources: governance.policy
create or replace table step.policy_in_force as
select coalesce(max(policy.body::varchar), '{}')::json as body
from governance.policy as policy
where
    governance.stands(policy.valid_from_at, policy.valid_to_at, getvariable('as_of'))
    and graph.holds(policy.known_from_at, policy.known_to_at, getvariable('known_at'));
