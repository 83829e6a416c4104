-- object: governance.involved_at
-- kind: macro
-- grain: one row per person who has trained a version, or submitted what is submitted of it, by an instant
-- sources: registry.model_version, governance.submission, governance.submission_at, governance.person_of
-- clause: whoever a registry ever named as its trainer has trained it: naming somebody else later takes nobody out
-- clause: whoever ever submitted what stands has submitted it: submitting it again takes nobody out
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: part: trained or submitted
-- clause: person_id: who; the account itself where the rules do not say

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.involved_at(rules, version, as_of, known_at := null) as table
with named as (
    select
        'trained' as part,
        model_version.trainer as account
    from registry.model_version as model_version
    where
        model_version.version_node_id = version
        and model_version.trainer is not null
        and model_version.valid_from_at <= as_of::timestamptz
        and graph.holds(model_version.known_from_at, model_version.known_to_at, known_at)
    union
    select
        'submitted' as part,
        submission.submitted_by as account
    from governance.submission as submission
    where
        submission.version_node_id = version
        and submission.valid_from_at <= as_of::timestamptz
        and graph.holds(submission.known_from_at, submission.known_to_at, known_at)
        and submission.submission in (
            select standing.submission
            from governance.submission_at(rules, version, as_of, known_at := known_at) as standing
        )
)

select distinct
    named.part,
    coalesce(person.person_id, named.account) as person_id
from named
left join governance.person_of(rules) as person on named.account = person.account
where named.account is not null;
