-- object: silver.served_package
-- kind: facts
-- grain: one row per model package of a model that endpoints can serve, on a page that Amazon SageMaker answered
-- sources: step.new_document
-- clause: Amazon SageMaker API 2017-07-24, DescribeModel: a model is never changed, only made and deleted; one that names no version of a package group is left out
-- column platform: account and region, as the model's ARN names them
-- column served: the model, as SageMaker calls what endpoints serve
-- column model: the package group
-- column version: its version
create table if not exists silver.served_package (
    document_id blob,
    platform varchar,
    served varchar,
    model varchar,
    version varchar,
    ingested_at timestamptz
);

insert into silver.served_package
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(document.body -> '$.Models[*]') as model
    from step.new_document as document
    where document.kind = 'sagemaker.models'
),

packed as (
    select
        told.document_id,
        told.ingested_at,
        told.model,
        unnest(
            [told.model ->> '$.PrimaryContainer.ModelPackageName']
            || (told.model ->> '$.Containers[*].ModelPackageName')
        ) as package
    from told
)

select distinct
    packed.document_id,
    regexp_extract(packed.model ->> 'ModelArn', '^((?:[^:]*:){4}[^:]*):', 1) as platform,
    packed.model ->> 'ModelName' as served,
    regexp_extract(packed.package, ':model-package/([^/]+)/[0-9]+$', 1) as model,
    regexp_extract(packed.package, ':model-package/[^/]+/([0-9]+)$', 1) as version,
    packed.ingested_at
from packed
where regexp_matches(packed.package, ':model-package/[^/]+/[0-9]+$');
