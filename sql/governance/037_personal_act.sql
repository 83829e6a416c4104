-- object: step.personal_act
-- kind: step
-- grain: one row per act under a signature of the person who acts, by a key of theirs that the policy in force names
-- sources: step.act, step.act_signature, governance.policy

-- noqa: disable=references.qualification,structure.join_condition_order
create or replace table step.personal_act as
with key as (
    select
        entry.value ->> '$.id' as person_id,
        array_to_string(string_split(trim(key.value ->> '$'), ' ')[1:2], ' ') as public_key
    from
        governance.policy as policy,
        json_each(policy.body, '$.person') as entry,
        json_each(entry.value, '$.keys') as key
    where policy.valid_to_at is null and policy.known_to_at is null
)

select distinct act.act_id
from step.act as act
inner join step.act_signature as signature on act.act_id = signature.act_id
inner join key on act.person_id = key.person_id and signature.public_key = key.public_key
where signature.status = 'valid';
