-- object: control.E01
-- kind: control
-- grain: one row per model of which a version serves in production
-- sources: step.classified_model, step.person
-- clause: a class counts that a person has approved; prohibited fails from 2025-02-02 on
select
    model.model_node_id as scope,
    model.model_node_id as object_id,
    true as is_tested,
    case
        when model.eu_class is null then 'nobody says of which class it is'
        when model.eu_class = 'prohibited' then 'its class is prohibited and it serves'
        when model.record_id is null then 'its class stands in a risk file alone, and nobody has approved it'
        when approver.person_id is null then 'no person whom the policy knows has approved its class'
    end as finding,
    null as missing,
    model.first_deployed_at as since_at,
    if(model.eu_class = 'prohibited', date '2025-02-02', null) as due_from,
    [model.record_id] as evidence
from step.classified_model as model
left join step.person as approver on model.approved_by = approver.account;
