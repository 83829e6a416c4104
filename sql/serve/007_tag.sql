-- object: graph.tag
-- kind: facts
-- grain: one row per row of lineage.tag that has a category, by the numbers of graph.node and graph.field
-- sources: lineage.tag, graph.node, graph.field
-- clause: the four times are those of the tag
-- column tag_number: its place among all (category, key, value), from 1, without gaps
-- column category: as in lineage.tag
-- column key: as in lineage.tag
-- column value: as in lineage.tag
-- column reach: as in lineage.tag
-- column node_number: the node
-- column number: the field; -1: the node as a whole
-- column valid_from_at: as in lineage.tag
-- column valid_to_at: as in lineage.tag
-- column known_from_at: as in lineage.tag
-- column known_to_at: as in lineage.tag
create table if not exists graph.tag (
    tag_number integer,
    category varchar,
    key varchar,
    value varchar,
    reach varchar,
    node_number integer,
    number integer,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.tag;

insert into graph.tag
select
    dense_rank() over (order by tag.category, tag.key, tag.value) as tag_number,
    tag.category,
    tag.key,
    tag.value,
    tag.reach,
    node.number as node_number,
    coalesce(field.number, -1) as number,
    tag.valid_from_at,
    tag.valid_to_at,
    tag.known_from_at,
    tag.known_to_at
from lineage.tag as tag
inner join graph.node as node on tag.node_id = node.node_id
left join graph.field as field on node.number = field.node_number and tag.field = field.field
where tag.category is not null
order by tag_number, node_number, number;
