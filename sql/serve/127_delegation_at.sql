-- object: governance.delegation_at
-- kind: macro
-- grain: one row per stage of a version that somebody handed to another by an instant, with all reasons why that does not count
-- sources: governance.delegation, governance.involved_at, governance.signature_at, governance.person_of
-- clause: who hands a stage over may decide at it, and is neither trainer nor submitter
-- clause: that it has ended is no objection: what was decided while it stood counts
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act
-- clause: stage: which stage
-- clause: person_id: who handed it over; the account itself where the rules do not say
-- clause: delegate_id: to whom; likewise
-- clause: delegated_at: when
-- clause: ends_at: when it ended or will end
-- clause: objections: why it does not count; none if it does

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.delegation_at(rules, version, as_of, known_at := null) as table
with approver as (
    select
        stage.key as stage,
        unnest(stage.value::varchar []) as person_id
    from json_each(rules::json, '$.approvers') as stage
),

involved as (
    select distinct involved_at.person_id
    from governance.involved_at(rules, version, as_of, known_at := known_at) as involved_at
),

said as (
    select
        delegation.act_id,
        delegation.stage,
        coalesce(person.person_id, delegation.actor_id) as person_id,
        coalesce(delegate.person_id, delegation.delegate_id) as delegate_id,
        delegate.person_id is not null as is_delegate_known,
        delegation.valid_from_at as delegated_at,
        delegation.valid_to_at as ends_at,
        signature.objection
    from governance.delegation as delegation
    left join governance.person_of(rules) as person on delegation.actor_id = person.account
    left join governance.person_of(rules) as delegate on delegation.delegate_id = delegate.account
    left join governance.signature_at(rules, version, known_at := known_at) as signature
        on delegation.act_id = signature.act_id
    where
        delegation.version_node_id = version
        and delegation.valid_from_at <= as_of::timestamptz
        and graph.holds(delegation.known_from_at, delegation.known_to_at, known_at)
)

select
    said.act_id,
    said.stage,
    said.person_id,
    said.delegate_id,
    said.delegated_at,
    said.ends_at,
    list_filter(
        [
            said.objection,
            if(
                approver.person_id is null,
                said.person_id || ' may not decide at stage ' || said.stage,
                null
            ),
            if(
                involved.person_id is not null,
                said.person_id || ' trained or submitted the version',
                null
            ),
            if(not said.is_delegate_known, 'nobody knows who ' || said.delegate_id || ' is', null)
        ],
        lambda objection: objection is not null
    ) as objections
from said
left join approver on said.stage = approver.stage and said.person_id = approver.person_id
left join involved on said.person_id = involved.person_id;
