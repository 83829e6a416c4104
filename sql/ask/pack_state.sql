-- object: ask.pack_state
-- kind: ask
-- grain: one row: the last known time, what the warehouse was built with, and the policy that holds
-- sources: quality.publication, quality.build, governance.policy
select
    (select max(publication.known_at) from quality.publication as publication) as known_at,
    (select max(build.built_with_sha256) from quality.build as build) as built_with_sha256,
    (
        select max_by(policy.policy_sha256, policy.valid_from_at)
        from governance.policy as policy
        where policy.valid_to_at is null and policy.known_to_at is null
    ) as policy_sha256;
