-- object: silver.use_of
-- kind: ground
-- grain: one row per dataset that runs read or wrote at a time that is known
-- clause: told: the name of rows like those of lineage.run_io, each with the time of its run as told_at
-- clause: of what was said at one time, the most counts

-- noqa: disable=layout.indent
create or replace macro silver.use_of(told) as table
select
    io.dataset_node_id,
    min(io.told_at) filter (where io.direction = 'output') as made_at,
    max(io.told_at) filter (where io.direction = 'output') as written_at,
    max(io.told_at) as used_at,
    (
        max({'told_at': io.told_at, 'most': io.row_count}) filter (
            where io.row_count is not null and io.direction = 'output'
        )
    ).most as row_count,
    (
        max({'told_at': io.told_at, 'most': io.total_bytes}) filter (
            where io.total_bytes is not null and io.direction = 'output'
        )
    ).most as total_bytes
from query_table(told) as io
where io.told_at is not null
group by io.dataset_node_id;
