-- object: silver.mlflow_poll
-- kind: facts
-- grain: one row per page of a listing that an MLflow registry answered to a poll
-- sources: step.new_document
-- clause: what stands below one stamp of landing/registry/mlflow is one poll; a folder above the stamp names the server
-- column host: the folder above the stamp; empty if there is none
-- column listing: registered_models, model_versions, runs, logged_models or experiments
-- column polled_at: when the registry was asked; the clock of the scan where no folder says it
-- column is_last_page: no page follows
create table if not exists silver.mlflow_poll (
    document_id blob,
    host varchar,
    listing varchar,
    polled_at timestamptz,
    is_last_page boolean,
    ingested_at timestamptz
);

insert into silver.mlflow_poll
select
    document.document_id,
    regexp_extract(
        document.source_file, '(?:^|/)registry/mlflow/([^/]+)/\d{8}T\d{6}Z/[^/]*$', 1
    ) as host,
    document.kind[8:] as listing,
    coalesce(document.occurred_at, document.ingested_at) as polled_at,
    coalesce(document.body ->> 'next_page_token', '') = '' as is_last_page,
    document.ingested_at
from step.new_document as document
where starts_with(document.kind, 'mlflow.');
