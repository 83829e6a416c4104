-- object: step.personal_field
-- kind: step
-- grain: one row per (dataset, field, category of personal data) that a tag reaches; field null: the dataset as a whole
-- sources: lineage.classification
-- clause: what nobody tagged, nor what it is made of, is not found
create or replace table step.personal_field as
select
    found.node_id as dataset_node_id,
    found.field,
    found.category,
    min(found.status) as status,
    min_by(found.origin_node_id, (found.depth, found.origin_node_id)) as origin_node_id,
    list_sort(list(distinct found.key || '=' || found.value)) as tags
from
    lineage.classification(
        as_of := getvariable('as_of'), known_at := getvariable('known_at')
    ) as found
where found.category in ('personal-data', 'special-category')
group by found.node_id, found.field, found.category;
