-- object: step.person
-- kind: step
-- grain: one row per account that the policy in force joins to a person or a service
-- sources: governance.account, step.policy_in_force
-- column is_there: whether the person is still there, as the policy says
create or replace table step.person as
with leaving as (
    select
        person.value ->> '$.id' as person_id,
        silver.end_of(person.value ->> '$.until') as ends_at
    from step.policy_in_force as policy, json_each(policy.body, '$.person') as person
)

select
    account.account,
    account.person_id,
    account.basis,
    leaving.ends_at,
    account.person_id is not null
    and (leaving.ends_at is null or leaving.ends_at > getvariable('as_of')) as is_there
from governance.account as account
left join leaving on account.person_id = leaving.person_id
where
    governance.stands(account.valid_from_at, account.valid_to_at, getvariable('as_of'))
    and graph.holds(account.known_from_at, account.known_to_at, getvariable('known_at'));
