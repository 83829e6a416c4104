-- object: silver.dataset_at
-- kind: macro
-- grain: one row per dataset that is kept at an instant, as far as anybody told
-- sources: lineage.node, lineage.dropped, lineage.run_io, lineage.run, silver.disposed_at
-- clause: what was written again after it was dropped or disposed of is there again
-- clause: as_of: the instant
-- clause: node_id: its identifier
-- clause: namespace: as in lineage.node
-- clause: name: likewise
-- clause: stage: likewise

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.dataset_at(as_of) as table
with gone as (
    select dropped.dataset_node_id
    from lineage.dropped as dropped
    where
        dropped.known_to_at is null
        and governance.stands(dropped.valid_from_at, dropped.valid_to_at, as_of)
),

disposed as (
    select disposed_at.*
    from silver.disposed_at(as_of) as disposed_at
),

anew as (
    select disposed.object_id
    from lineage.run_io as io
    inner join disposed on io.dataset_node_id = disposed.object_id
    inner join lineage.run as run on io.run_id = run.run_id
    where
        io.direction = 'output'
        and coalesce(run.ended_at, run.started_at) <= as_of::timestamptz
        and coalesce(run.ended_at, run.started_at) > disposed.ended_at
)

select
    node.node_id,
    node.namespace,
    node.name,
    node.stage
from lineage.node as node
where
    node.kind = 'dataset'
    and node.first_seen_at <= as_of::timestamptz
    and node.node_id not in (select gone.dataset_node_id from gone)
    and node.node_id not in (
        select disposed.object_id
        from disposed
        where disposed.object_id not in (select anew.object_id from anew)
    );
