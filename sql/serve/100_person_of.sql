-- object: governance.person_of
-- kind: macro
-- grain: one row per account that rules name: whose it is
-- clause: as governance.account, for rules that are given instead of those in force
-- clause: rules: what is asked of a version, as JSON: its people and services count
-- clause: account: how a system names somebody
-- clause: person_id: who that is; null if it is no person's
-- clause: basis: declared, name or service

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.person_of(rules) as table
with person as (
    select
        entry.value ->> '$.id' as person_id,
        entry.value -> '$.accounts' as accounts
    from json_each(rules::json, '$.people') as entry
),

declared as (
    select
        person.person_id as account,
        person.person_id,
        'declared' as basis
    from person
    union
    select
        account.value ->> '$' as account,
        person.person_id,
        'declared' as basis
    from person, json_each(person.accounts) as account
    union
    select
        account.value ->> '$' as account,
        null as person_id,
        'service' as basis
    from json_each(rules::json, '$.services') as account
),

named as (
    select
        split_part(person.person_id, '@', 1) as account,
        any_value(person.person_id) as person_id,
        'name' as basis
    from person
    where contains(person.person_id, '@')
    group by all
    having count(distinct person.person_id) = 1
)

select declared.*
from declared
union all by name
select named.*
from named
anti join declared on named.account = declared.account;
