-- object: ask.pack_exception
-- kind: ask
-- grain: one row per exception of a control about $model_node; of what is about a person only that there is one
-- sources: compliance.exception
-- clause: an object that is a person's, by its name, is not copied, nor what the exception rests on
select
    exception.control_id,
    exception.scope,
    if(starts_with(exception.object_id, 'subject:'), null, exception.object_id) as object_id,
    exception.finding,
    exception.members,
    exception.since_at,
    exception.age_days,
    exception.is_due,
    exception.is_waived,
    exception.waived_by,
    exception.waiver_reason,
    exception.waived_until_at,
    exception.owner_id,
    exception.due_at,
    if(starts_with(exception.object_id, 'subject:'), null, exception.evidence) as evidence,
    exception.as_of_at
from compliance.exception as exception
where exception.scope = $model_node
order by all;
