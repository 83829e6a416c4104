-- object: control.L03
-- kind: control
-- grain: one row per column that is declared critical
-- sources: step.record, graph.node, lineage.column_edge
-- clause: a column is traced if column edges lead back from it to the authoritative source, or to a raw dataset where none is named
with recursive declared as (
    select
        record.record_id,
        record.dataset_node_id,
        unnest((record.body -> '$.columns')::varchar []) as field,
        record.body ->> '$.authoritative' as authoritative
    from step.record as record
    where record.kind = 'critical-columns'
),

walk as (
    select distinct
        declared.dataset_node_id as root_node_id,
        declared.field as root_field,
        declared.dataset_node_id as node_id,
        declared.field
    from declared
    union
    select
        walk.root_node_id,
        walk.root_field,
        edge.source_node_id as node_id,
        edge.source_field as field
    from walk
    inner join lineage.column_edge as edge
        on
            walk.node_id = edge.target_node_id
            and (walk.field = edge.target_field or edge.target_field is null)
    where
        edge.source_field is not null
        and graph.holds(edge.valid_from_at, edge.valid_to_at, getvariable('as_of'))
        and graph.holds(edge.known_from_at, edge.known_to_at, getvariable('known_at'))
),

reached as (
    select
        walk.root_node_id,
        walk.root_field,
        list_sort(list(distinct walk.node_id)) as nodes,
        bool_or(node.stage = 'raw') as is_raw
    from walk
    left join graph.node as node on walk.node_id = node.node_id
    group by walk.root_node_id, walk.root_field
)

select
    null as scope,
    'datasetField:'
    || substr(declared.dataset_node_id, 9)
    || ':'
    || silver.encode_part(declared.field) as object_id,
    true as is_tested,
    case
        when declared.authoritative is null and not coalesce(reached.is_raw, false)
            then 'no column edge leads back from it to raw data'
        when not list_contains(reached.nodes, declared.authoritative)
            then 'no column edge leads back from it to ' || declared.authoritative
    end as finding,
    null as missing,
    null::timestamptz as since_at,
    [declared.record_id] as evidence
from declared
left join reached
    on declared.dataset_node_id = reached.root_node_id and declared.field = reached.root_field;
