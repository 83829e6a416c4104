-- object: ask.graph_overlapping_field
-- kind: ask
-- grain: one row per (field, field inside it or around it), in the order of the first
-- sources: graph.overlapping_field
select
    overlapping.number,
    overlapping.other_number
from graph.overlapping_field as overlapping
order by overlapping.number;
