-- object: ask.report_state
-- kind: ask
-- grain: one row: the published state that a report is about
-- sources: quality.coverage, quality.publication, quality.build, governance.policy
-- clause: known_at: the known time of what was published last; null if nothing was
select
    coverage.* exclude (known_at),
    published.known_at,
    published.publication_count,
    build.built_with_sha256,
    policy.policy_sha256,
    policy.in_force_from_at
from quality.coverage as coverage
cross join (
    select
        max(publication.known_at) as known_at,
        count(*) as publication_count
    from quality.publication as publication
) as published
cross join (
    select max(build.built_with_sha256) as built_with_sha256
    from quality.build as build
) as build
cross join (
    select
        max(policy.policy_sha256) as policy_sha256,
        max(policy.valid_from_at) as in_force_from_at
    from governance.policy as policy
    where policy.valid_to_at is null and policy.known_to_at is null
) as policy;
