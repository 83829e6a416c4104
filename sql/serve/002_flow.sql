-- object: graph.flow
-- kind: facts
-- grain: one row per row of lineage.edge, by the numbers of graph.node, in the order of targets
-- sources: lineage.edge, graph.node
-- clause: the four times are those of the edge
-- column source_number: the node that the data comes from
-- column target_number: the node that it goes to
-- column job_number: the job that moves it; null where no node stands for it
-- column basis: as in lineage.edge
-- column valid_from_at: as in lineage.edge
-- column valid_to_at: as in lineage.edge
-- column known_from_at: as in lineage.edge
-- column known_to_at: as in lineage.edge
create table if not exists graph.flow (
    source_number integer,
    target_number integer,
    job_number integer,
    basis varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.flow;

insert into graph.flow
select
    source.number as source_number,
    target.number as target_number,
    job.number as job_number,
    edge.basis,
    edge.valid_from_at,
    edge.valid_to_at,
    edge.known_from_at,
    edge.known_to_at
from lineage.edge as edge
inner join graph.node as source on edge.source_node_id = source.node_id
inner join graph.node as target on edge.target_node_id = target.node_id
left join graph.node as job on edge.job_node_id = job.node_id
order by target_number, source_number;
