-- object: lineage.diff
-- kind: macro
-- grain: one row per node, edge, column edge or field of a node's lineage that differs between two times
-- sources: graph.compare
-- clause: the lineage of a node is what lies upstream of it, of a job nothing; from_at and to_at ask what was true then (null: what is true now)
-- clause: from_known_at and to_known_at ask what we had been told then (null: all that we know)
-- clause: subject is node, edge (before and after are its basis then), column (its transformation) or field (its type); change is added, removed, changed or unknown
-- clause: unknown: at the other time nothing was told of where its node comes from, or which fields it has, so that it cannot be said to be new
-- clause: where only the known times differ nothing is unknown: added is what we have been told since
-- clause: names are those of the later of the two known times: that two are one dataset is no difference
-- clause: of a node, before and after are null; fields are compared for nodes that are on both sides; a column edge says whether values are masked
-- clause: a node of which nothing was told at a time has no lineage there, and counts as added or removed itself
-- clause: is_cut, the same in every row: edges go on behind max_depth, or behind the steps that SQL walks

-- noqa: disable=layout.indent,references.qualification
create or replace macro lineage.diff(
    node,
    from_at := null,
    to_at := null,
    from_known_at := null,
    to_known_at := null,
    max_depth := null
) as table
select compared.*
from graph.compare(
    node, null, from_at, from_known_at, node, null, to_at, to_known_at, max_depth
) as compared
order by
    list_position(['node', 'edge', 'column', 'field'], compared.subject),
    compared.node_id,
    compared.field,
    compared.source_node_id,
    compared.source_field,
    compared.job_node_id;
