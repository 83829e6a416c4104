-- object: control.L02
-- kind: control
-- grain: one row per raw dataset behind versions that serve in production
-- sources: step.upstream, step.record, lineage.tag
-- clause: a record of kind source says it, or the tags source_ref, collected_at and licence of the dataset do

-- noqa: disable=references.qualification
with raw as (
    select distinct upstream.node_id
    from step.upstream as upstream
    where upstream.kind = 'dataset' and upstream.stage = 'raw'
),

told as (
    select
        record.dataset_node_id as node_id,
        record.record_id as evidence,
        record.body ->> '$.source_ref' as source_ref,
        record.body ->> '$.collected_on' as collected_on,
        record.body ->> '$.licence' as licence
    from step.record as record
    where record.kind = 'source'
    union all
    select
        tag.node_id,
        'tag of ' || tag.node_id as evidence,
        if(tag.key = 'source_ref', tag.value, null) as source_ref,
        if(tag.key in ('collected_at', 'collected_on'), tag.value, null) as collected_on,
        if(tag.key in ('licence', 'license'), tag.value, null) as licence
    from lineage.tag as tag
    where
        tag.field is null
        and governance.stands(tag.valid_from_at, tag.valid_to_at, getvariable('as_of'))
        and graph.holds(tag.known_from_at, tag.known_to_at, getvariable('known_at'))
),

said as (
    select
        told.node_id,
        max(told.source_ref) as source_ref,
        max(told.collected_on) as collected_on,
        max(told.licence) as licence,
        list_sort(list(distinct told.evidence)) as evidence
    from told
    group by told.node_id
)

select
    null as scope,
    raw.node_id as object_id,
    true as is_tested,
    nullif(
        array_to_string(
            list_filter(
                [
                    if(said.source_ref is null, 'nobody says from whom it is', null),
                    if(said.collected_on is null, 'nobody says when it was collected', null),
                    if(said.licence is null, 'nobody says by which right', null)
                ],
                lambda one: one is not null
            ),
            '; '
        ),
        ''
    ) as finding,
    null as missing,
    null::timestamptz as since_at,
    said.evidence
from raw
left join said on raw.node_id = said.node_id;
