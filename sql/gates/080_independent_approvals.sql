-- object: gate.independent_approvals
-- kind: gate
-- grain: one row: every stage that the environment asks for is approved by somebody who is neither trainer nor submitter, each by another person
-- sources: governance.approval_at, governance.person_of, governance.version_at
-- clause: a policy without tiers asks for no approval, so that nobody knows what would do
-- clause: where nobody says who trained the version, that no approver did is not claimed

-- noqa: disable=references.qualification
with stage as (
    select
        unnest(($rules::json -> '$.stages_here')::varchar []) as stage,
        generate_subscripts(($rules::json -> '$.stages_here')::varchar [], 1) as place
),

said as (
    from governance.approval_at($rules, $version, $as_of, known_at := $known_at)
),

trained as (
    select
        any_value(present.trainer) as trainer,
        any_value(person.person_id) is not null as is_person
    from governance.version_at($rules, $version, $as_of, known_at := $known_at) as present
    left join governance.person_of($rules) as person on present.trainer = person.account
),

judged as (
    select
        stage.stage,
        stage.place,
        count(*) filter (where said.counts and said.decision = 'approved') as approval_count,
        count(*) filter (where said.counts and said.decision = 'rejected') as rejection_count,
        approval_count > 0 and rejection_count = 0 as is_approved,
        min(said.person_id) filter (where said.counts and said.decision = 'approved') as person_id,
        string_agg(
            coalesce(said.person_id || ': ', '') || array_to_string(said.objections, '; '),
            '. ' order by said.decided_at, said.act_id
        ) filter (where not said.counts and said.decision = 'approved') as objections,
        string_agg(said.person_id, ', ' order by said.decided_at, said.act_id) filter (
            where said.counts and said.decision = 'rejected'
        ) as rejected_by,
        list(said.act_id order by said.decided_at, said.act_id) filter (where said.counts) as evidence
    from stage
    left join said on stage.stage = said.stage
    group by stage.stage, stage.place
)

select
    case bool_and(is_approved)
        when true then 'pass'
        when false then 'fail'
        else 'unknown'
    end as result,
    coalesce(
        string_agg(stage || ' by ' || person_id, ', ' order by place) filter (
            where is_approved
        ),
        ''
    ) as observed,
    coalesce(string_agg(stage, ', ' order by place), '') as threshold,
    case bool_and(is_approved)
        when true
            then
                'every stage is approved by another person, none of whom '
                || case
                    when any_value(trained.trainer) is null
                        then 'submitted the version; nobody says who trained it'
                    when not any_value(trained.is_person)
                        then
                            'submitted the version; who trained it is told as ' || any_value(trained.trainer)
                            || ', which is nobody whom the policy knows'
                    else 'trained or submitted the version'
                end
        when false
            then
                string_agg(
                    case
                        when rejection_count > 0 then 'stage ' || stage || ' was rejected by ' || rejected_by
                        when objections is not null
                            then 'stage ' || stage || ' has no approval that counts. ' || objections
                        else 'stage ' || stage || ' is not approved'
                    end,
                    '. ' order by place
                ) filter (where not is_approved)
        else 'no tier of the policy asks for an approval'
    end as reason,
    if(
        count(*) = 0,
        'declare tiers, and the stages that each asks for',
        'submit the version, and have the missing stages approved'
    ) as remedy,
    list_sort(list_distinct(flatten(list(coalesce(evidence, []))))) as evidence
from judged
cross join trained;
