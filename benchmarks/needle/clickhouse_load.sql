insert into needle.audit_row
select
    event_id, content_sha256, source, source_event_id, occurred_at, tenant, category, action,
    activity_id, outcome, actor_id, actor_type, on_behalf_of, src_ip, user_agent, correlation_id,
    resource_type, resource_id, model_key, attrs, source_file, source_offset, source_bytes
from file({file:String}, Parquet)
