-- The columns whose meaning the formats fix; how actions are put into categories is a choice.
select
    count(*) as row_count,
    sum(hash(
        source_event_id, epoch_us(occurred_at), action, outcome, actor_id,
        nullif(on_behalf_of, ''), src_ip, user_agent, correlation_id,
        resource_id, nullif(model_key, '')
    )) as digest
from audit_event
