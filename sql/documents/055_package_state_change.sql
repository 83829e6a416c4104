-- object: silver.package_state_change
-- kind: facts
-- grain: one row per event of Amazon EventBridge that tells what the approval of a model package is now
-- sources: step.new_document
-- clause: Amazon EventBridge, SageMaker Model Package State Change; it names no actor
-- column model: the model package group
-- column version: its version
-- column stage: the approval status
create table if not exists silver.package_state_change (
    document_id blob,
    model varchar,
    version varchar,
    stage varchar,
    occurred_at timestamptz,
    ingested_at timestamptz
);

insert into silver.package_state_change
select
    document.document_id,
    document.body ->> '$.detail.ModelPackageGroupName' as model,
    document.body ->> '$.detail.ModelPackageVersion' as version,
    document.body ->> '$.detail.ModelApprovalStatus' as stage,
    document.occurred_at,
    document.ingested_at
from step.new_document as document
where document.kind = 'sagemaker.package_state_change';
