-- object: control.E07
-- kind: control
-- grain: one row per organisation
-- sources: step.attestation
-- clause: an attestation is a person's word: it is never a PASS

-- noqa: disable=structure.unused_join
with said as (
    select attestation.*
    from step.attestation as attestation
    where attestation.control_id = 'E07' and attestation.model_node_id is null
)

select
    null as scope,
    'organisation' as object_id,
    true as is_tested,
    case
        when said.act_id is null then 'nobody attests it'
        when said.result = 'not met' then 'it is not met, by the word of ' || said.person_id
        when said.attested_at + to_days(step.number_of('E07', 'days')) <= getvariable('as_of')
            then 'it was attested last more than ' || step.number_of('E07', 'days') || ' days ago'
    end as finding,
    null as missing,
    said.attested_at as since_at,
    [said.act_id] as evidence
from (select 1) as organisation
left join said on true;
