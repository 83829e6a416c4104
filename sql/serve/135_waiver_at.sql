-- object: governance.waiver_at
-- kind: macro
-- grain: one row per waiver of a gate for a version that was granted by an instant, with all reasons why it does not count
-- sources: governance.waiver, governance.involved_at, governance.signature_at, governance.submission_at, governance.person_of
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: act_id: the act
-- clause: gate: which gate need not hold, as the rules call it; gates are called the same with spaces, hyphens and underscores
-- clause: person_id: who granted it; the account itself where the rules do not say
-- clause: granted_at: when
-- clause: ends_at: when it ends, at the latest after the days that the policy allows
-- clause: objections: why it does not count; none if it does; one that names a submission counts for that alone, as it was submitted

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.waiver_at(rules, version, as_of, known_at := null) as table
with involved as (
    select involved_at.person_id
    from governance.involved_at(rules, version, as_of, known_at := known_at) as involved_at
),

submitted as (
    select
        submission_at.submission,
        submission_at.changes
    from governance.submission_at(rules, version, as_of, known_at := known_at) as submission_at
),

asked as (
    select
        lower(translate(entry.value ->> '$.name', '-_', '  ')) as called,
        min(entry.value ->> '$.name') as name,
        bool_and((entry.value ->> '$.is_waivable')::boolean) as is_waivable
    from json_each(rules::json, '$.gates') as entry
    group by called
),

said as (
    select
        waiver.act_id,
        coalesce(asked.name, lower(translate(waiver.gate, '-_', '  '))) as gate,
        coalesce(asked.is_waivable, true) as is_waivable,
        coalesce(person.person_id, waiver.actor_id) as person_id,
        person.person_id is not null as is_known,
        waiver.valid_from_at as granted_at,
        least(
            waiver.valid_to_at,
            waiver.valid_from_at + to_days((rules::json ->> '$.waiver_days')::integer)
        ) as ends_at,
        waiver.reason,
        waiver.submission,
        signature.objection
    from governance.waiver as waiver
    left join governance.signature_at(rules, version, known_at := known_at) as signature
        on waiver.act_id = signature.act_id
    left join governance.person_of(rules) as person on waiver.actor_id = person.account
    left join asked on lower(translate(waiver.gate, '-_', '  ')) = asked.called
    where
        waiver.version_node_id = version
        and waiver.valid_from_at <= as_of::timestamptz
        and graph.holds(waiver.known_from_at, waiver.known_to_at, known_at)
)

select
    said.act_id,
    said.gate,
    said.person_id,
    said.granted_at,
    said.ends_at,
    said.reason,
    list_filter(
        [
            said.objection,
            if(not said.is_waivable, 'nothing waives ' || said.gate, null),
            if(not said.is_known, 'nobody knows who ' || said.person_id || ' is', null),
            if(
                not list_contains((rules::json -> '$.waivers')::varchar [], said.person_id),
                said.person_id || ' may not waive',
                null
            ),
            if(
                said.person_id in (select involved.person_id from involved),
                said.person_id || ' trained or submitted the version',
                null
            ),
            if(
                said.submission not in (
                    select submitted.submission
                    from submitted
                    where len(submitted.changes) = 0
                ),
                'what it was granted for is not what is submitted',
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
from said;
