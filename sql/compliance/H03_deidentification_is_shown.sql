-- object: control.H03
-- kind: control
-- grain: one row per dataset that is tagged as de-identified
-- sources: lineage.tag, step.record
-- clause: tags are deidentified, de_identified and de-identified, of the dataset as a whole, whose value does not deny it
with tagged as (
    select distinct tag.node_id
    from lineage.tag as tag
    where
        tag.field is null
        and lower(replace(replace(tag.key, '-', ''), '_', '')) = 'deidentified'
        and lower(tag.value) not in ('false', 'no', '0', 'none')
        and governance.stands(tag.valid_from_at, tag.valid_to_at, getvariable('as_of'))
        and graph.holds(tag.known_from_at, tag.known_to_at, getvariable('known_at'))
),

shown as (
    select
        record.dataset_node_id,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'de-identification'
    group by record.dataset_node_id
)

select
    null as scope,
    tagged.node_id as object_id,
    true as is_tested,
    if(
        shown.dataset_node_id is null,
        'neither an expert''s determination nor a check of the 18 identifiers shows it',
        null
    ) as finding,
    null as missing,
    null::timestamptz as since_at,
    shown.evidence
from tagged
left join shown on tagged.node_id = shown.dataset_node_id;
