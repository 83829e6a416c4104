-- object: ask.report_state
-- kind: ask
-- grain: one row: the published state that a report is about
-- sources: quality.coverage, quality.publication, quality.build, governance.policy
-- clause: known_at: the known time of what was published last; null if nothing was
with published as (
    select
        max(publication.known_at) as known_at,
        count(*) as publication_count
    from quality.publication as publication
),

build as (
    select max(build.built_with_sha256) as built_with_sha256
    from quality.build as build
),

policy as (
    select
        max(policy.policy_sha256) as policy_sha256,
        max(policy.valid_from_at) as in_force_from_at
    from governance.policy as policy
    where policy.valid_to_at is null and policy.known_to_at is null
)

select
    coverage.event_count,
    coverage.quarantined_count,
    coverage.facet_count,
    coverage.torn_file_count,
    coverage.open_run_count,
    coverage.unexplained_count,
    coverage.large_group_count,
    coverage.last_event_at,
    published.known_at,
    published.publication_count,
    build.built_with_sha256,
    policy.policy_sha256,
    policy.in_force_from_at
from quality.coverage as coverage
cross join published
cross join build
cross join policy;
