-- object: gate.registered
-- kind: gate
-- grain: one row: a registry holds the version, with the digest of its artifact
-- sources: governance.version_at
select
    case
        when count(*) = 0 then 'fail'
        when any_value(present.artifact_sha256) is null then 'unknown'
        else 'pass'
    end as result,
    coalesce('artifact sha256:' || any_value(present.artifact_sha256), '') as observed,
    'a registered version with the digest of its artifact' as threshold,
    case
        when count(*) = 0 then 'no registry holds this version'
        when any_value(present.artifact_sha256) is null
            then 'the registry does not say which bytes the artifact has'
        else 'the registry holds this version and the digest of its artifact'
    end as reason,
    if(
        count(*) = 0,
        'register the version',
        'give it the tag artifact_sha256 with the digest of its artifact'
    ) as remedy,
    list(present.version_node_id) as evidence
from governance.version_at($rules, $version, $as_of, known_at := $known_at) as present;
