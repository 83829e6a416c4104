-- object: graph.node
-- kind: facts
-- grain: one row per node of lineage.node, numbered in the order of node_id
-- sources: lineage.node
-- clause: closures join numbers, which are a tenth of the texts; made anew by every publication
-- column number: its place among all node_ids, from 0, without gaps
-- column node_id: the identifier
-- column kind: as in lineage.node
-- column stage: as in lineage.node
-- column namespace: as in lineage.node
-- column name: as in lineage.node
create table if not exists graph.node (
    number integer,
    node_id varchar,
    kind varchar,
    stage varchar,
    namespace varchar,
    name varchar
);

truncate graph.node;

insert into graph.node
select
    row_number() over (order by node.node_id) - 1 as number,
    node.node_id,
    node.kind,
    node.stage,
    node.namespace,
    node.name
from lineage.node as node
order by node.node_id;
