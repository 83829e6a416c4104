-- object: silver.endpoint_variant
-- kind: facts
-- grain: one row per production variant of an endpoint configuration on a page that Amazon SageMaker answered
-- sources: step.new_document
-- clause: Amazon SageMaker API 2017-07-24, DescribeEndpointConfig: a configuration is never changed, only made and deleted
-- column platform: account and region, as the configuration's ARN names them
-- column config: the configuration
-- column served: the model, as SageMaker calls what endpoints serve
create table if not exists silver.endpoint_variant (
    document_id blob,
    platform varchar,
    config varchar,
    served varchar,
    ingested_at timestamptz
);

insert into silver.endpoint_variant
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(document.body -> '$.EndpointConfigs[*]') as config
    from step.new_document as document
    where document.kind = 'sagemaker.endpoint_configs'
)

select
    told.document_id,
    regexp_extract(told.config ->> 'EndpointConfigArn', '^((?:[^:]*:){4}[^:]*):', 1) as platform,
    told.config ->> 'EndpointConfigName' as config,
    unnest(told.config -> '$.ProductionVariants[*]') ->> 'ModelName' as served,
    told.ingested_at
from told;
