-- object: ask.standing
-- kind: ask
-- grain: one row: the artifact, the submission and the break-glass of a version that stand at an instant
-- sources: governance.version_at, governance.submission_at, governance.break_glass_at
select
    (
        select any_value(artifact_sha256)
        from governance.version_at($rules, $version, $as_of, known_at := $known_at)
    ) as artifact_sha256,
    (
        select arg_max(submission, submitted_at)
        from governance.submission_at($rules, $version, $as_of, known_at := $known_at)
    ) as submission,
    (
        select arg_max(act_id, declared_at)
        from governance.break_glass_at($rules, $version, $as_of, known_at := $known_at)
        where len(objections) = 0
    ) as break_glass;
