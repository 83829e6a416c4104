-- object: control.F01
-- kind: control
-- grain: one row per change of a model with the use medical device
-- sources: step.classified_model, registry.change
-- clause: a registry says who only in a webhook; a change without one has no actor
select
    model.model_node_id as scope,
    concat_ws(
        ' ', changed.change, coalesce(changed.version_node_id, changed.model_node_id), changed.item,
        changed.seen_at
    ) as object_id,
    true as is_tested,
    if(changed.has_notice, null, 'nobody is on record for it') as finding,
    null as missing,
    changed.seen_at as since_at,
    []::varchar [] as evidence
from registry.change as changed
inner join step.classified_model as model on changed.model_node_id = model.model_node_id
where
    list_contains(model.uses, 'medical device')
    and changed.seen_at <= least(getvariable('as_of'), getvariable('known_at'));
