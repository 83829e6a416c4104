-- object: step.approved
-- kind: step
-- grain: one row per approval of a version by a person, with the days from and to which it stood
-- sources: governance.approval, governance.submission, governance.delegation, step.person
-- clause: an approval that names no end is good for the days of the tier
create or replace table step.approved as
select
    approval.act_id,
    approval.version_node_id,
    approval.stage,
    approval.actor_id,
    coalesce(person.person_id, approval.person_id) as person_id,
    person.person_id is not null as is_person,
    approval.signature,
    approval.submission,
    submission.artifact_sha256,
    submission.submitted_by,
    coalesce(submitter.person_id, submission.person_id) as submitter_id,
    approval.valid_from_at,
    approval.valid_to_at,
    list_sort(
        list(distinct delegation.person_id) filter (where delegation.person_id is not null)
    ) as stands_in_for
from governance.approval as approval
left join step.person as person on approval.actor_id = person.account
left join governance.submission as submission
    on
        approval.submission = submission.submission
        and approval.version_node_id = submission.version_node_id
        and graph.holds(submission.known_from_at, submission.known_to_at, getvariable('known_at'))
left join step.person as submitter on submission.submitted_by = submitter.account
left join governance.delegation as delegation
    on
        approval.version_node_id = delegation.version_node_id
        and approval.stage = delegation.stage
        and delegation.delegate_person_id = coalesce(person.person_id, approval.person_id)
        and governance.stands(delegation.valid_from_at, delegation.valid_to_at, approval.valid_from_at)
        and graph.holds(delegation.known_from_at, delegation.known_to_at, getvariable('known_at'))
where
    approval.decision = 'approved'
    and approval.valid_from_at <= getvariable('as_of')
    and graph.holds(approval.known_from_at, approval.known_to_at, getvariable('known_at'))
group by all;
