-- object: step.attestation
-- kind: step
-- grain: one row per (control, what it is attested of): the last word of a person that still stands
-- sources: step.statement
-- clause: the word of nobody whom the policy knows does not count
-- clause: subject is the organisation, or a model; of a version its model
create or replace table step.attestation as
with said as (
    select
        statement.act_id,
        upper(statement.data ->> '$.control') as control_id,
        if(
            starts_with(statement.subject, 'modelVersion:'),
            'model:' || regexp_replace(substr(statement.subject, 14), ':[^:]*$', ''),
            if(starts_with(statement.subject, 'model:'), statement.subject, null)
        ) as model_node_id,
        coalesce(statement.data ->> '$.result', 'met') as result,
        statement.data ->> '$.statement' as statement,
        statement.person_id,
        statement.is_person,
        statement.is_signed_by_actor,
        statement.acted_at as attested_at,
        silver.end_of(statement.data ->> '$.valid_until_on') as ends_at
    from step.statement as statement
    where statement.act = 'attested'
)

select said.*
from said
where said.is_person and (said.ends_at is null or said.ends_at > getvariable('as_of'))
qualify
    row_number() over (
        partition by said.control_id, said.model_node_id
        order by said.attested_at desc, said.act_id
    ) = 1;
