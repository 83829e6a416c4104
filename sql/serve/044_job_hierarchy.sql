-- object: lineage.job_hierarchy
-- kind: macro
-- grain: one row per (job, job whose runs started its runs)
-- sources: graph.run_place
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: runs of which nothing was told but that others name as parent or root count, where those place them; see lineage.run_hierarchy
create or replace macro lineage.job_hierarchy(  -- noqa: disable=layout.indent
    as_of := null, known_at := null
) as table
select
    place.parent_job_node_id,
    place.job_node_id,
    count(*) as run_count,
    min(place.started_at) as first_started_at,
    max(place.started_at) as last_started_at
from graph.run_place(as_of := as_of, known_at := known_at) as place
where place.parent_job_node_id is not null
group by place.parent_job_node_id, place.job_node_id;
