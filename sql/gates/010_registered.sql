-- object: gate.registered
-- kind: gate
-- grain: one row: a registry holds the version, with the digest of its artifact
-- sources: governance.version_at, governance.retirement

-- noqa: disable=references.qualification
with retired as (
    select
        min(retirement.valid_from_at) as retired_at,
        list(retirement.act_id) as act_ids
    from governance.retirement as retirement
    where
        retirement.version_node_id = $version
        and retirement.valid_from_at <= $as_of::timestamptz
        and graph.holds(retirement.known_from_at, retirement.known_to_at, $known_at)
)

select
    case
        when count(present.version_node_id) = 0 or any_value(retired.retired_at) is not null then 'fail'
        when any_value(present.artifact_sha256) is null then 'unknown'
        else 'pass'
    end as result,
    coalesce('artifact sha256:' || any_value(present.artifact_sha256), '') as observed,
    'a registered version with the digest of its artifact' as threshold,
    case
        when count(present.version_node_id) = 0 then 'no registry holds this version'
        when any_value(retired.retired_at) is not null
            then
                'it was retired for good at '
                || strftime(any_value(retired.retired_at) at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ')
        when any_value(present.artifact_sha256) is null
            then 'the registry does not say which bytes the artifact has'
        else 'the registry holds this version and the digest of its artifact'
    end as reason,
    case
        when count(present.version_node_id) = 0 then 'register the version'
        when any_value(retired.retired_at) is not null then 'deploy the version that takes its place'
        else 'give it the tag artifact_sha256 with the digest of its artifact'
    end as remedy,
    list_sort(
        coalesce(list(present.version_node_id) filter (where present.version_node_id is not null), [])
        || coalesce(any_value(retired.act_ids), [])
    ) as evidence
from retired
left join governance.version_at($rules, $version, $as_of, known_at := $known_at) as present on true;
