-- object: silver.listed_model
-- kind: facts
-- grain: one row per model on a page that a registry answered
-- sources: step.new_document
-- clause: MLflow 3 REST API 2.0, registered-models/search
-- clause: Amazon SageMaker API 2017-07-24, DescribeModelPackageGroup: it has neither tags nor aliases
-- column tags: as a JSON object
-- column aliases: alias and version of each
create table if not exists silver.listed_model (
    document_id blob,
    name varchar,
    created_at timestamptz,
    updated_at timestamptz,
    description varchar,
    tags json,
    aliases struct(alias varchar, version varchar)[],
    ingested_at timestamptz
);

insert into silver.listed_model
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(from_json(
            document.body -> 'registered_models',
            '[{
                "name": "VARCHAR",
                "creation_timestamp": "BIGINT",
                "last_updated_timestamp": "BIGINT",
                "description": "VARCHAR",
                "tags": [{"key": "VARCHAR", "value": "VARCHAR"}],
                "aliases": [{"alias": "VARCHAR", "version": "VARCHAR"}]
            }]'
        )) as model
    from step.new_document as document
    where document.kind = 'mlflow.registered_models'
),

packed as (
    select
        document.document_id,
        document.ingested_at,
        unnest(document.body -> '$.ModelPackageGroups[*]') as model
    from step.new_document as document
    where document.kind = 'sagemaker.model_package_groups'
)

select
    told.document_id,
    told.model.name,
    silver.told_at(told.model.creation_timestamp) as created_at,
    silver.told_at(told.model.last_updated_timestamp) as updated_at,
    nullif(told.model.description, '') as description,
    silver.pairs(coalesce(told.model.tags, [])) as tags,
    coalesce(told.model.aliases, []) as aliases,
    told.ingested_at
from told
where told.model.name is not null
union all
select
    packed.document_id,
    packed.model ->> 'ModelPackageGroupName' as name,
    try_cast(packed.model ->> 'CreationTime' as timestamptz) as created_at,
    null as updated_at,
    nullif(packed.model ->> 'ModelPackageGroupDescription', '') as description,
    '{}'::json as tags,
    [] as aliases,
    packed.ingested_at
from packed
where packed.model ->> 'ModelPackageGroupName' is not null;
