-- object: graph.node_past
-- kind: facts
-- grain: one row per (node, known time) before what graph.node says of it; few as a rule
-- sources: lineage.node_history, graph.node
-- column number: as in graph.node
-- column node_id: as in graph.node
-- column stage: the stage that was believed then
-- column known_from_at: the scan from which that was believed
-- column known_to_at: the scan that told us otherwise
create table if not exists graph.node_past (
    number integer,
    node_id varchar,
    stage varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.node_past;

insert into graph.node_past
select
    node.number,
    node.node_id,
    past.stage,
    past.known_from_at,
    past.known_to_at
from lineage.node_history as past
inner join graph.node as node on past.node_id = node.node_id
where past.known_to_at is not null and past.known_from_at < node.known_from_at
order by node.number, past.known_from_at;
