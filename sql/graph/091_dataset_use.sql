-- object: silver.dataset_use
-- kind: facts
-- grain: one row per dataset that a run read or wrote
-- sources: lineage.run_io, lineage.run, step.touched_use, silver.use_of
-- clause: a run counts when it ended, or began if nobody saw it end
-- column dataset_node_id: the dataset, or the model version
-- column made_at: when it was written first; null if it never was
-- column written_at: when it was written last, likewise
-- column used_at: when it was written or read last
-- column row_count: rows that it was last said to be written with; null if nobody says
-- column total_bytes: bytes, likewise
create table if not exists silver.dataset_use (
    dataset_node_id varchar,
    made_at timestamptz,
    written_at timestamptz,
    used_at timestamptz,
    row_count bigint,
    total_bytes bigint
);

delete from silver.dataset_use
where dataset_node_id in (select touched.dataset_node_id from step.touched_use as touched);

-- noqa: disable=structure.unused_cte
insert into silver.dataset_use
with told as (
    select
        io.*,
        coalesce(run.ended_at, run.started_at) as told_at
    from lineage.run_io as io
    inner join lineage.run as run on io.run_id = run.run_id
    where io.dataset_node_id in (select touched.dataset_node_id from step.touched_use as touched)
)

select use_of.*
from silver.use_of('told') as use_of;
