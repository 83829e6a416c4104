-- object: graph.column_flow
-- kind: facts
-- grain: one row per row of lineage.column_edge, by the numbers of graph.field, in the order of targets
-- sources: lineage.column_edge, graph.node, graph.field
-- clause: the four times are those of the edge
-- column source_number: the field that is read; null where nobody says which of the node's are
-- column source_node_number: the node that holds it
-- column target_number: the field that is written; null where the whole dataset depends on the source
-- column target_node_number: the node that holds it
-- column job_number: the job that moves it; null where no node stands for it
-- column is_masking: whether the source's values are known to be hidden on this way
-- column is_indirect: whether the source only steers
-- column valid_from_at: as in lineage.column_edge
-- column valid_to_at: as in lineage.column_edge
-- column known_from_at: as in lineage.column_edge
-- column known_to_at: as in lineage.column_edge
create table if not exists graph.column_flow (
    source_number integer,
    source_node_number integer,
    target_number integer,
    target_node_number integer,
    job_number integer,
    is_masking boolean,
    is_indirect boolean,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.column_flow;

insert into graph.column_flow
with named as (
    select
        field.number,
        field.node_number,
        node.node_id,
        field.field
    from graph.field as field
    inner join graph.node as node on field.node_number = node.number
)

select
    source.number as source_number,
    source_node.number as source_node_number,
    target.number as target_number,
    target_node.number as target_node_number,
    job.number as job_number,
    coalesce(edge.is_masking, false) as is_masking,
    coalesce(edge.transformation_type = 'INDIRECT', false) as is_indirect,
    edge.valid_from_at,
    edge.valid_to_at,
    edge.known_from_at,
    edge.known_to_at
from lineage.column_edge as edge
inner join graph.node as source_node on edge.source_node_id = source_node.node_id
inner join graph.node as target_node on edge.target_node_id = target_node.node_id
left join graph.node as job on edge.job_node_id = job.node_id
left join named as source
    on edge.source_node_id = source.node_id and edge.source_field = source.field
left join named as target
    on edge.target_node_id = target.node_id and edge.target_field = target.field
order by target_node_number, target_number, source_number;
