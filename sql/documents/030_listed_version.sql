-- object: silver.listed_version
-- kind: facts
-- grain: one row per version of a model on a page that a registry answered
-- sources: step.new_document
-- clause: MLflow 3 REST API 2.0, model-versions/search
-- clause: Amazon SageMaker API 2017-07-24, DescribeModelPackage: what customers state of it are its tags; a package without a group is no version of a model
-- column model_id: the logged model that it was made from; null if its source is none
-- column run_id: the run that it names itself
-- column stage: null where MLflow says None; of SageMaker whether it is approved
-- column code: the commit, or where the code lies, as the version itself names it
-- column trainer: who made it, as the version itself names them; of SageMaker who created the package
-- column tags: as a JSON object
-- column content_sha256: of what it says, its time of update aside
create table if not exists silver.listed_version (
    document_id blob,
    name varchar,
    version varchar,
    created_at timestamptz,
    updated_at timestamptz,
    model_id varchar,
    run_id varchar,
    status varchar,
    stage varchar,
    tags json,
    code varchar,
    trainer varchar,
    content_sha256 varchar,
    ingested_at timestamptz
);

insert into silver.listed_version
with told as (
    select
        document.document_id,
        document.ingested_at,
        unnest(from_json(
            document.body -> 'model_versions',
            '[{
                "name": "VARCHAR",
                "version": "VARCHAR",
                "creation_timestamp": "BIGINT",
                "last_updated_timestamp": "BIGINT",
                "source": "VARCHAR",
                "run_id": "VARCHAR",
                "status": "VARCHAR",
                "current_stage": "VARCHAR",
                "tags": [{"key": "VARCHAR", "value": "VARCHAR"}]
            }]'
        )) as version
    from step.new_document as document
    where document.kind = 'mlflow.model_versions'
),

packed as (
    select
        document.document_id,
        document.ingested_at,
        unnest(document.body -> '$.ModelPackages[*]') as package
    from step.new_document as document
    where document.kind = 'sagemaker.model_packages'
),

read as (
    select
        told.document_id,
        told.version.name,
        told.version.version,
        silver.told_at(told.version.creation_timestamp) as created_at,
        silver.told_at(told.version.last_updated_timestamp) as updated_at,
        nullif(regexp_extract(told.version.source, '^models:/(m-[^/]+)$', 1), '') as model_id,
        coalesce(
            nullif(told.version.run_id, ''),
            nullif(regexp_extract(told.version.source, '^runs:/([^/]+)', 1), '')
        ) as run_id,
        nullif(told.version.status, '') as status,
        nullif(nullif(told.version.current_stage, ''), 'None') as stage,
        silver.pairs(coalesce(told.version.tags, [])) as tags,
        null::varchar as code,
        null::varchar as trainer,
        told.ingested_at
    from told
    where told.version.name is not null and told.version.version is not null
    union all
    select
        packed.document_id,
        packed.package ->> 'ModelPackageGroupName' as name,
        packed.package ->> 'ModelPackageVersion' as version,
        try_cast(packed.package ->> 'CreationTime' as timestamptz) as created_at,
        try_cast(packed.package ->> 'LastModifiedTime' as timestamptz) as updated_at,
        null as model_id,
        null as run_id,
        nullif(packed.package ->> 'ModelPackageStatus', '') as status,
        nullif(packed.package ->> 'ModelApprovalStatus', '') as stage,
        silver.pairs(coalesce(
            map_entries(
                (packed.package -> 'CustomerMetadataProperties')::map(varchar, varchar)
            ),
            []
        )) as tags,
        coalesce(
            nullif(packed.package ->> '$.MetadataProperties.CommitId', ''),
            nullif(packed.package ->> '$.MetadataProperties.Repository', '')
        ) as code,
        coalesce(
            nullif(packed.package ->> '$.CreatedBy.UserProfileName', ''),
            nullif(packed.package ->> '$.CreatedBy.IamIdentity.Arn', '')
        ) as trainer,
        packed.ingested_at
    from packed
    where
        packed.package ->> 'ModelPackageGroupName' is not null
        and packed.package ->> 'ModelPackageVersion' is not null
)

select
    read.document_id,
    read.name,
    read.version,
    read.created_at,
    read.updated_at,
    read.model_id,
    read.run_id,
    read.status,
    read.stage,
    read.tags,
    read.code,
    read.trainer,
    sha256(to_json({
        'created_at': read.created_at,
        'model_id': read.model_id,
        'run_id': read.run_id,
        'status': read.status,
        'stage': read.stage,
        'tags': read.tags,
        'code': read.code,
        'trainer': read.trainer
    })::varchar) as content_sha256,
    read.ingested_at
from read;
