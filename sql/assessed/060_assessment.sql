-- object: compliance.assessment
-- kind: facts
-- grain: one row per state that was published and assessed, by each release and settings that did
-- sources: compliance.control_status, compliance.framework, quality.build
-- clause: what was found at a state is kept as it was found: another release that judges it anew adds a row
-- column assessment: its number, in the order in which they were made
-- column state_at: the known time of the state
-- column built_with_sha256: what the warehouse was built with: settings and SQL files
-- column catalogue_version: the day that the catalogue was true on
-- column pass_count: controls that pass
-- column fail_count: controls that fail
-- column not_assessable_count: controls that nothing or not all is known of
-- column not_yet_count: controls that do not hold yet
-- column other_count: controls that do not apply, or rest on a person's word
-- column exception_count: exceptions that count
create table if not exists compliance.assessment (
    assessment bigint,
    state_at timestamptz,
    built_with_sha256 varchar,
    catalogue_version varchar,
    pass_count bigint,
    fail_count bigint,
    not_assessable_count bigint,
    not_yet_count bigint,
    other_count bigint,
    exception_count bigint
);

-- A state that this build has assessed already is not assessed again.
insert into compliance.assessment by name
with last_one as (
    select
        coalesce(max(assessment.assessment), 0) as assessment,
        arg_max(assessment.state_at, assessment.assessment) as state_at,
        arg_max(assessment.built_with_sha256, assessment.assessment) as built_with_sha256
    from compliance.assessment as assessment
),

counted as (
    select
        count(*) filter (where status.status = 'PASS') as pass_count,
        count(*) filter (where status.status = 'FAIL') as fail_count,
        count(*) filter (where status.status = 'NOT_ASSESSABLE') as not_assessable_count,
        count(*) filter (where status.status = 'NOT_YET') as not_yet_count,
        count(*) filter (where status.status in ('N_A', 'ATTESTED', 'NOT_ATTESTED')) as other_count,
        coalesce(sum(status.exception_count) filter (where status.status = 'FAIL'), 0)::bigint
            as exception_count
    from compliance.control_status as status
    where status.scope = 'organisation'
)

select
    last_one.assessment + 1 as assessment,
    getvariable('known_at') as state_at,
    build.built_with_sha256,
    (select min(framework.catalogue_version) from compliance.framework as framework) as catalogue_version,
    counted.*
from last_one
cross join counted
cross join quality.build as build
where
    last_one.state_at is distinct from getvariable('known_at')
    or last_one.built_with_sha256 is distinct from build.built_with_sha256;
