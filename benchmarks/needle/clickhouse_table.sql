create table needle.audit_row (
    event_id String,
    content_sha256 String,
    source LowCardinality(String),
    source_event_id String,
    occurred_at DateTime64(6, 'UTC'),
    tenant LowCardinality(String),
    category LowCardinality(String),
    action LowCardinality(String),
    activity_id UInt8,
    outcome LowCardinality(String),
    actor_id String,
    actor_type LowCardinality(String),
    on_behalf_of LowCardinality(String),
    src_ip String,
    user_agent LowCardinality(String),
    correlation_id String,
    resource_type LowCardinality(String),
    resource_id String,
    model_key String,
    attrs String,
    source_file LowCardinality(String),
    source_offset Int64,
    source_bytes Int64,
    index by_resource resource_id type bloom_filter(0.01) granularity 1
)
engine = MergeTree
order by (actor_id, occurred_at)
