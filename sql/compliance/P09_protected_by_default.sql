-- object: control.P09
-- kind: control
-- grain: one row per feature or training dataset, or dataset with a record of protection
-- sources: lineage.node, step.personal_field, step.record
-- clause: a direct identifier is a column whose tag of personal data says direct-identifier or identifier
-- clause: a tag that says only that data is personal does not say whether it identifies
with looked_at as (
    select node.node_id
    from lineage.node as node
    where node.kind = 'dataset' and node.stage in ('feature', 'training')
),

identifier as (
    select
        field.dataset_node_id,
        list_sort(
            list(distinct field.field) filter (
                where
                field.status != 'possible'
                and list_has_any(
                    list_transform(field.tags, lambda tag: lower(replace(split_part(tag, '=', 2), '_', '-'))),
                    ['direct-identifier', 'identifier']
                )
            )
        ) as direct,
        list_sort(
            list(distinct field.field) filter (
                where
                field.status != 'possible'
                and list_has_any(
                    list_transform(field.tags, lambda tag: lower(split_part(tag, '=', 2))),
                    ['true', 'yes', '1', '']
                )
            )
        ) as vague
    from step.personal_field as field
    where field.field is not null
    group by field.dataset_node_id
),

protected as (
    select
        record.dataset_node_id,
        bool_and((record.body ->> '$.encrypted')::boolean) as is_encrypted,
        list_sort(list(record.record_id)) as evidence
    from step.record as record
    where record.kind = 'protection'
    group by record.dataset_node_id
),

member as (
    select looked_at.node_id from looked_at
    union
    select protected.dataset_node_id as node_id from protected
)

select
    null as scope,
    member.node_id as object_id,
    identifier.vague is null or looked_at.node_id is null as is_tested,
    nullif(
        concat_ws(
            '; ',
            if(
                looked_at.node_id is not null,
                'it holds direct identifiers unmasked: ' || array_to_string(identifier.direct, ', '),
                null
            ),
            if(protected.is_encrypted = false, 'it is not encrypted', null)
        ),
        ''
    ) as finding,
    if(
        identifier.vague is not null and looked_at.node_id is not null,
        'nobody says whether ' || array_to_string(identifier.vague, ', ') || ' identifies persons directly',
        null
    ) as missing,
    null::timestamptz as since_at,
    protected.evidence
from member
left join looked_at on member.node_id = looked_at.node_id
left join identifier on member.node_id = identifier.dataset_node_id
left join protected on member.node_id = protected.dataset_node_id;
