-- object: ask.pack_policy
-- kind: ask
-- grain: one row per policy that holds now, or by which something of $version was submitted or decided
-- sources: governance.policy, governance.submission, governance.decision

-- noqa: disable=references.qualification
select policy.*
from governance.policy as policy
where
    (policy.valid_to_at is null and policy.known_to_at is null)
    or policy.policy_sha256 in (
        select submission.policy_sha256
        from governance.submission as submission
        where submission.version_node_id = $version
    )
    or policy.policy_sha256 in (
        select decision.policy_sha256
        from governance.decision as decision
        where decision.version_node_id = $version
    )
order by all;
