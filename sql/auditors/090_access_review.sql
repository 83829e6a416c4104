-- object: compliance.access_review
-- kind: macro
-- grain: one row per (account, audit source in which it acted)
-- sources: audit.event, governance.account, governance.policy, silver.act, silver.record, quality.publication
-- clause: of accounts as the policy of now knows them; a review is an act access_reviewed of the source by a person whom it knows
-- clause: of access lists, records of kind access-list, the last of each name or system counts, until it ends
-- clause: days: from when on a review is too old
-- clause: basis: declared, name, service, or null: the policy does not know the account; leaves_at: when the person left
-- clause: findings: acts after leaving, unknown account, not reviewed, reviewed too long ago, or privileged and may write logs
-- limits: accounts that never acted, and rights that were never used: access lists of platforms say those, if records hold them

-- noqa: disable=layout.indent,references.qualification
create or replace macro compliance.access_review(days := 90) as table
with newest as (
    select max(publication.known_at) as state_at
    from quality.publication as publication
),

leaving as (
    select
        person.value ->> '$.id' as person_id,
        max(silver.end_of(person.value ->> '$.until')) as leaves_at
    from governance.policy as policy, json_each(policy.body::json, '$.person') as person
    where policy.known_to_at is null and policy.valid_to_at is null
    group by person.value ->> '$.id'
),

acted as (
    select
        event.actor_id as account,
        event.source,
        min(event.occurred_at) as first_at,
        max(event.occurred_at) as last_at,
        count(*) as event_count,
        count(*) filter (where event.activity_id in (1, 3, 4)) as write_count,
        count(*) filter (where event.outcome = 'denied') as denied_count
    from audit.event as event
    where event.actor_id is not null
    group by event.actor_id, event.source
),

reviewed as (
    select
        named.value ->> '$' as source,
        max(act.acted_at) as reviewed_at,
        arg_max(act.actor_id, (act.acted_at, act.act_id)) as reviewed_by
    from silver.act as act, json_each(act.data, '$.reviewed') as named
    semi join governance.account as reviewer
        on
            act.actor_id = reviewer.account
            and reviewer.person_id is not null
            and reviewer.known_to_at is null
            and reviewer.valid_to_at is null
    where act.area = 'compliance' and act.act = 'access_reviewed'
    group by named.value ->> '$'
),

access_list as (
    select record.*
    from silver.record as record
    where record.kind = 'access-list'
    qualify
        row_number() over (
            partition by coalesce(record.name, record.system), record.name is null
            order by
                record.ingested_at desc, record.updated_at desc, record.approved_at desc, record.record_id
        ) = 1
),

listed as (
    select
        entry.value ->> '$.account' as account,
        bool_or(
            (entry.value ->> '$.is_privileged')::boolean
            and (entry.value ->> '$.can_write_logs')::boolean
        ) as writes_own_logs
    from access_list as record
    cross join newest, json_each(record.body, '$.accounts') as entry
    where record.ends_at is null or record.ends_at > newest.state_at
    group by entry.value ->> '$.account'
)

select
    acted.account,
    acted.source,
    account.person_id,
    account.basis,
    leaving.leaves_at,
    acted.first_at,
    acted.last_at,
    acted.event_count,
    acted.write_count,
    acted.denied_count,
    reviewed.reviewed_at,
    reviewed.reviewed_by,
    list_filter(
        [
            if(acted.last_at > leaving.leaves_at, 'acts after leaving', null),
            if(account.account is null, 'unknown account', null),
            if(reviewed.reviewed_at is null, 'not reviewed', null),
            if(
                reviewed.reviewed_at + to_days(days::integer) <= newest.state_at,
                'reviewed too long ago',
                null
            ),
            if(listed.writes_own_logs, 'privileged and may write logs', null)
        ],
        lambda finding: finding is not null
    ) as findings
from acted
cross join newest
left join governance.account as account
    on acted.account = account.account and account.known_to_at is null and account.valid_to_at is null
left join leaving on account.person_id = leaving.person_id
left join reviewed on acted.source = reviewed.source
left join listed on acted.account = listed.account
order by len(findings) desc, acted.account, acted.source;
