-- object: governance.break_glass_at
-- kind: macro
-- grain: one row per deployment past the gates that was declared for a version by an instant, with all reasons why it does not count
-- sources: governance.break_glass, governance.person_of, governance.signature_at, governance.involved_at, governance.version_at, silver.act
-- clause: who has trained or submitted the version neither declares nor reviews it; an act that names the artifact is for that alone
-- clause: the last review by another person counts, signed where the tier asks for that
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act
-- clause: person_id: who declared it; the account itself where the rules do not say
-- clause: declared_at: when
-- clause: ends_at: when it ends, at the latest after the hours that the policy allows
-- clause: review_due_at: until when another person must have reviewed it
-- clause: reviewed_at: when that happened; null if it has not
-- clause: is_compliant: whether another person has ratified it, who has neither trained nor submitted the version
-- clause: objections: why it does not let anything pass; none if it does

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.break_glass_at(rules, version, as_of, known_at := null) as table
with said as (
    select
        declared.*,
        coalesce(person.person_id, declared.actor_id) as who,
        person.person_id is not null as is_known,
        least(
            declared.valid_to_at,
            declared.valid_from_at + to_hours((rules::json ->> '$.break_hours')::integer)
        ) as ends_at,
        signature.objection,
        silver.sha256_of(act.data ->> '$.artifact') as artifact_sha256
    from governance.break_glass as declared
    left join silver.act as act on declared.act_id = act.act_id
    left join governance.signature_at(rules, version, known_at := known_at) as signature
        on declared.act_id = signature.act_id
    left join governance.person_of(rules) as person on declared.actor_id = person.account
    where
        declared.version_node_id = version
        and declared.valid_from_at <= as_of::timestamptz
        and graph.holds(declared.known_from_at, declared.known_to_at, known_at)
),

involved as (
    select distinct involved_at.person_id
    from governance.involved_at(rules, version, as_of, known_at := known_at) as involved_at
),

review as (
    select
        said.act_id,
        max(act.acted_at) as reviewed_at,
        arg_max(act.act, (act.acted_at, act.act_id)) as decision
    from said
    inner join silver.act as act
        on
            said.valid_from_at <= act.acted_at
            and act.subject = version
            and act.stage = 'break-glass-review'
            and act.act in ('approved', 'rejected')
            and act.acted_at <= as_of::timestamptz
            and (known_at is null or act.ingested_at <= known_at::timestamptz)
    inner join governance.person_of(rules) as person on act.actor_id = person.account
    inner join governance.signature_at(rules, version, known_at := known_at) as signature
        on act.act_id = signature.act_id
    where
        person.person_id is not null
        and person.person_id != said.who
        and signature.objection is null
        and person.person_id not in (
            select involved.person_id
            from involved
            where involved.person_id is not null
        )
    group by said.act_id
)

select
    said.act_id,
    said.who as person_id,
    said.reason,
    said.ticket,
    said.valid_from_at as declared_at,
    said.ends_at,
    said.valid_from_at + to_hours((rules::json ->> '$.review_hours')::integer) as review_due_at,
    review.reviewed_at,
    coalesce(review.decision = 'approved', false) as is_compliant,
    list_filter(
        [
            said.objection,
            if(not said.is_known, 'nobody knows who ' || said.who || ' is', null),
            if(
                not list_contains((rules::json -> '$.breakers')::varchar [], said.who),
                said.who || ' may not break the glass',
                null
            ),
            if(
                said.who in (select involved.person_id from involved),
                said.who || ' trained or submitted the version',
                null
            ),
            if(
                said.artifact_sha256 is not null
                and said.artifact_sha256 is distinct from present.artifact_sha256,
                'it is for another artifact',
                null
            ),
            if(
                said.ends_at <= as_of::timestamptz,
                'it ended at ' || strftime(said.ends_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%SZ'),
                null
            )
        ],
        lambda objection: objection is not null
    ) as objections
from said
left join review on said.act_id = review.act_id
left join governance.version_at(rules, version, as_of, known_at := known_at) as present on true;
