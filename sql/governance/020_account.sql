-- object: governance.account
-- kind: view
-- grain: one row per account, the person or the service that has it, and time in which a policy said so
-- sources: governance.policy
-- clause: an account without a sign @ that equals the part before it of just one person's id is that person's, by its name alone
-- column account: how a system names somebody
-- column person_id: who that is, as acts name them; null if it is no person's
-- column basis: declared (the policy says so), name (it is called like the person), service (no person's)
-- column valid_from_at: from when on a policy says so
-- column valid_to_at: until when it does; null while it does
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it

-- noqa: disable=references.qualification
create or replace view governance.account as
with person as (
    select
        policy.* exclude (body),
        entry.value ->> '$.id' as person_id,
        entry.value -> '$.accounts' as accounts
    from governance.policy as policy, json_each(policy.body, '$.person') as entry
),

declared as (
    select
        person.* exclude (accounts),
        person.person_id as account,
        'declared' as basis
    from person
    union all by name
    select
        person.* exclude (accounts),
        account.value ->> '$' as account,
        'declared' as basis
    from person, json_each(person.accounts) as account
    union all by name
    select
        policy.* exclude (body),
        null as person_id,
        account.value ->> '$' as account,
        'service' as basis
    from governance.policy as policy, json_each(policy.body, '$.service.accounts') as account
),

named as (
    select
        person.* exclude (accounts, person_id),
        any_value(person.person_id) as person_id,
        split_part(person.person_id, '@', 1) as account,
        'name' as basis
    from person
    where contains(person.person_id, '@')
    group by all
    having count(distinct person.person_id) = 1
)

select
    declared.account,
    declared.person_id,
    declared.basis,
    declared.valid_from_at,
    declared.valid_to_at,
    declared.known_from_at,
    declared.known_to_at
from declared
union all
select
    named.account,
    named.person_id,
    named.basis,
    named.valid_from_at,
    named.valid_to_at,
    named.known_from_at,
    named.known_to_at
from named
anti join declared on named.act_id = declared.act_id and named.account = declared.account;
