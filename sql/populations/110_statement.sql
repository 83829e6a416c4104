-- object: step.statement
-- kind: step
-- grain: one row per act of landing/compliance that had been told, with whose act it is
-- sources: silver.act, silver.act_signature, step.person, step.policy_in_force
-- column is_signed: whether a person has signed it, with a key that the policy gives that person
create or replace table step.statement as
with keyed as (
    select
        person.value ->> '$.id' as person_id,
        regexp_extract(key.value ->> '$', '^(\S+\s+\S+)', 1) as public_key
    from step.policy_in_force as policy, json_each(policy.body, '$.person') as person,
        json_each(person.value, '$.keys') as key
)

select
    act.*,
    coalesce(person.person_id, act.actor_id) as person_id,
    coalesce(person.is_there, false) as is_person,
    exists(
        select 1
        from silver.act_signature as signature
        inner join keyed on signature.public_key = keyed.public_key
        where
            lower(hex(signature.document_id)) = act.act_id
            and signature.status = 'valid'
            and keyed.person_id = coalesce(person.person_id, act.actor_id)
    ) as is_signed_by_actor
from silver.act as act
left join step.person as person on act.actor_id = person.account
where
    act.area = 'compliance'
    and act.ingested_at <= getvariable('known_at')
    and act.acted_at <= getvariable('as_of');
