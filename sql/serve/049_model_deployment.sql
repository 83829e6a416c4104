-- object: lineage.model_deployment
-- kind: view
-- grain: one row per (model version or model, deployment, job, validity, known time): what serves where
-- sources: lineage.edge
-- clause: it serves now where valid_to_at and known_to_at are null; a model stands where no version was named
-- column model_node_id: the model version, or the model where the producer named no version
-- column deployment_node_id: the deployment
-- column job_node_id: the job that deploys it
-- column last_run_id: the latest run that has said so
-- column valid_from_at: as in lineage.edge
-- column valid_to_at: as in lineage.edge
-- column known_from_at: as in lineage.edge
-- column known_to_at: as in lineage.edge
create or replace view lineage.model_deployment as
select
    edge.source_node_id as model_node_id,
    edge.target_node_id as deployment_node_id,
    edge.job_node_id,
    edge.last_run_id,
    edge.valid_from_at,
    edge.valid_to_at,
    edge.known_from_at,
    edge.known_to_at
from lineage.edge as edge
where
    edge.basis = 'deployment'
    and (starts_with(edge.source_node_id, 'modelVersion:') or starts_with(edge.source_node_id, 'model:'));
