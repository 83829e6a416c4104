-- object: silver.rule_at
-- kind: macro
-- grain: one row per retention rule in force at an instant, as far as we know now
-- sources: retention.policy
-- clause: as_of: the instant
-- clause: the columns are those of retention.policy

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.rule_at(as_of) as table
select policy.*
from retention.policy as policy
where
    policy.known_to_at is null
    and governance.stands(policy.valid_from_at, policy.valid_to_at, as_of);
