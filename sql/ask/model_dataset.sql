-- object: ask.model_dataset
-- kind: ask
-- grain: one row per (model version, dataset, run), of model versions whose identifier contains $pattern; % and _ match as in LIKE
-- sources: lineage.model_dataset
with asked as (
    select
        lower($pattern) as word,
        $pattern as template
)

select named.*
from lineage.model_dataset as named
cross join asked
where
    contains(lower(named.model_version_node_id), asked.word)
    or named.model_version_node_id ilike asked.template
order by
    named.model_version_node_id, named.role, named.started_at, named.dataset_node_id, named.run_id;
