-- object: silver.poll_page
-- kind: facts
-- grain: one row per page of a listing that a registry answered to a poll
-- sources: step.new_document
-- clause: what stands below one stamp of landing/registry/KIND is one poll; a folder above the stamp names the registry
-- column source: mlflow or sagemaker
-- column host: the folder above the stamp; empty if there is none
-- column listing: as the registry calls it: registered_models, model_versions, runs, logged_models or experiments; model_package_groups, model_packages, model_cards, models, endpoint_configs or endpoints
-- column polled_at: when the registry was asked; the clock of the scan where no folder says it
-- column is_last_page: no page follows
create table if not exists silver.poll_page (
    document_id blob,
    source varchar,
    host varchar,
    listing varchar,
    polled_at timestamptz,
    is_last_page boolean,
    ingested_at timestamptz
);

insert into silver.poll_page
select
    document.document_id,
    regexp_extract(document.kind, '^([^.]+)', 1) as source,
    regexp_extract(
        document.source_file,
        '(?:^|/)registry/(?:mlflow|sagemaker)/([^/]+)/\d{8}T\d{6}Z/[^/]*$',
        1
    ) as host,
    regexp_extract(document.kind, '([^.]+)$', 1) as listing,
    coalesce(document.occurred_at, document.ingested_at) as polled_at,
    coalesce(document.body ->> 'next_page_token', document.body ->> 'NextToken', '') = ''
        as is_last_page,
    document.ingested_at
from step.new_document as document
where
    starts_with(document.kind, 'mlflow.')
    or (
        starts_with(document.kind, 'sagemaker.')
        and document.kind != 'sagemaker.package_state_change'
    );
