-- object: silver.polled_endpoint
-- kind: facts
-- grain: one row per endpoint on a page that Amazon SageMaker answered
-- sources: step.new_document
-- clause: Amazon SageMaker API 2017-07-24, DescribeEndpoint
-- column platform: account and region, as the endpoint's ARN names them
-- column config: the configuration that it serves by
-- column changed_at: when it was made or changed last
create table if not exists silver.polled_endpoint (
    document_id blob,
    platform varchar,
    name varchar,
    config varchar,
    changed_at timestamptz,
    ingested_at timestamptz
);

insert into silver.polled_endpoint
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(document.body -> '$.Endpoints[*]') as endpoint
    from step.new_document as document
    where document.kind = 'sagemaker.endpoints'
)

select
    told.document_id,
    silver.deployment_of(told.endpoint ->> 'EndpointArn').platform as platform,
    told.endpoint ->> 'EndpointName' as name,
    told.endpoint ->> 'EndpointConfigName' as config,
    coalesce(
        try_cast(told.endpoint ->> 'LastModifiedTime' as timestamptz),
        try_cast(told.endpoint ->> 'CreationTime' as timestamptz)
    ) as changed_at,
    told.ingested_at
from told;
