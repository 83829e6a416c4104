-- object: lineage.classified_field
-- kind: view
-- grain: one row per (node, field, category, key, value) that a tag reaches now; field null: the node as a whole
-- sources: lineage.classification
-- clause: what lineage.classification() says, to be joined; it is worked out when it is asked
-- column node_id: the node
-- column field: the field; null: the node as a whole
-- column category: what the tag says of data, such as personal-data
-- column key: the tag's key
-- column value: the tag's value
-- column status: declared, derived or possible: nobody says whether it is
-- column depth: steps from where it is declared, on the shortest way
-- column origin_node_id: where it is declared
-- column origin_field: the field there; null: the node as a whole
-- column is_cut: whether ways go on behind those that SQL walks
create or replace view lineage.classified_field as
select classified.*
from lineage.classification() as classified;
