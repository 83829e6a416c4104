-- object: lineage.run_hierarchy
-- kind: macro
-- grain: one row per run, be it only named as the parent or the root of others: where it stands under the runs that started it
-- sources: graph.run_place
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: a parent is who started a run, never a flow of data
-- clause: a parent that tells no parent of its own stands under the root that its runs name: what is between is not known
-- clause: job and parent of a run that told nothing (is_only_named) are as the runs say that name it
create or replace macro lineage.run_hierarchy(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
with recursive place as materialized (
    select * from graph.run_place(as_of := as_of, known_at := known_at)
),

below (run_id, top_run_id, depth) as (
    select
        place.run_id,
        place.run_id as top_run_id,
        0 as depth
    from place
    where place.parent_run_id is null
    union all
    select
        place.run_id,
        below.top_run_id,
        below.depth + 1
    from below
    inner join place on below.run_id = place.parent_run_id
)

select
    place.run_id,
    place.job_node_id,
    place.parent_run_id,
    place.parent_job_node_id,
    place.root_run_id,
    below.top_run_id,
    below.depth,
    place.is_only_named
from place
left join below on place.run_id = below.run_id;
