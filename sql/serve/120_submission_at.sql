-- object: governance.submission_at
-- kind: macro
-- grain: one row per submission of a version that stands at an instant, with what has changed since
-- sources: governance.submission, governance.version_at, governance.person_of
-- clause: what a submission does not name cannot have changed
-- clause: a digest is of what it names: one that names all four parts is recomputed, and where another submission of the same digest names other parts, those that do not recompute stand for nothing
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act
-- clause: submission: the digest of all that was submitted
-- clause: submitted_by: who submitted it, as the act names them
-- clause: person_id: who that is; the account itself where the rules do not say
-- clause: submitted_at: when
-- clause: is_complete: whether it names artifact, card, evidence and rules
-- clause: changes: what is not as it was submitted: artifact, card, evidence, policy; submission, if the digest is not of what it names

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.submission_at(rules, version, as_of, known_at := null) as table
with named as (
    select
        submission.*,
        submission.artifact_sha256 is not null
        and submission.card_sha256 is not null
        and submission.evidence is not null
        and submission.policy_sha256 is not null as is_complete,
        if(
            is_complete,
            silver.sha256_of(submission.submission) = sha256(
                json_object(
                    'artifact', 'sha256:' || submission.artifact_sha256,
                    'card', 'sha256:' || submission.card_sha256,
                    'evidence', submission.evidence,
                    'policy', 'sha256:' || submission.policy_sha256,
                    'version', submission.version_node_id
                )::varchar
            ),
            null
        ) as is_genuine,
        {
            'artifact': submission.artifact_sha256,
            'card': submission.card_sha256,
            'evidence': submission.evidence,
            'policy': submission.policy_sha256
        } as parts
    from governance.submission as submission
    where
        submission.version_node_id = version
        and graph.holds(submission.known_from_at, submission.known_to_at, known_at)
),

told as (
    select
        named.submission,
        count(distinct named.parts) as reading_count
    from named
    group by named.submission
)

select
    submission.act_id,
    submission.submission,
    submission.submitted_by,
    coalesce(person.person_id, submission.submitted_by) as person_id,
    submission.valid_from_at as submitted_at,
    submission.is_complete,
    list_filter(
        [
            if(submission.artifact_sha256 != coalesce(present.artifact_sha256, sha256('')), 'artifact', null),
            if(
                submission.card_sha256 not in (
                    coalesce(present.card_sha256, ''), coalesce(present.card_content_sha256, sha256(''))
                ),
                'card',
                null
            ),
            if(not list_has_all(coalesce(present.evidence, []), submission.evidence), 'evidence', null),
            if(submission.policy_sha256 != rules::json ->> '$.tier_sha256', 'policy', null),
            if(
                not coalesce(submission.is_genuine, told.reading_count = 1),
                'submission',
                null
            )
        ],
        lambda change: change is not null
    ) as changes
from named as submission
inner join told on submission.submission is not distinct from told.submission
left join governance.version_at(rules, version, as_of, known_at := known_at) as present on true
left join governance.person_of(rules) as person on submission.submitted_by = person.account
where governance.stands(submission.valid_from_at, submission.valid_to_at, as_of);
