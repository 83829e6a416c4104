-- object: lineage.impact
-- kind: macro
-- grain: one row per column, dataset, job, model, model version or deployment that changing the given node, or its field, reaches
-- sources: graph.meant, graph.flow, graph.column_flow, graph.nested_field, graph.schema_field, graph.node, graph.node_past, graph.field, lineage.run_input_history, lineage.run_history, lineage.model_deployment, lineage.ownership
-- clause: direct: values are made of it, or it is said that the whole is; indirect: it steers (joins, filters, groups)
-- clause: possible: nothing says which columns, or which inputs, are used; the strongest effect of all ways counts
-- clause: what changes a field changes its parts, and what is made of them; what holds it, or reads what holds it, is possible
-- clause: where lineage names a whole dataset as the source, a change of one of its fields is possible
-- clause: what leaves a model, rather than a version of it, is possible: it may be another version
-- clause: that a version belongs to its model is no job's work: the job which made it does not break with it
-- clause: a column has a row of its own where more is known of it than of its whole dataset
-- clause: a job that has read it and of which no flow was ever stated is possible
-- clause: as_of asks what was true then (null: what is true now), known_at what we had been told then
-- clause: is_masked holds where every way passes a masking transformation; depth is that of the shortest way of the effect
-- clause: the name is not checked: of a field that nobody stated it tells what a change of the whole may break; Python and CLI refuse one that overlaps nothing that was ever stated
-- clause: is_cut, the same in every row: flows go on behind max_depth, or behind max_steps, where SQL stops to walk
create or replace macro lineage.impact(
    node, field := null, max_depth := null, as_of := null, known_at := null, max_steps := 1000
) as table
with recursive asked as (
    select
        meant.number,
        known.kind = 'job' as is_job
    from graph.meant(node, known_at := known_at) as meant
    inner join graph.node as known on meant.number = known.number
),

held as materialized (
    select
        flow.source_number,
        flow.target_number,
        flow.job_number,
        flow.basis
    from graph.flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

-- A vertex is a field by its number, or below zero a whole node; the largest: a field nobody stated.
start as (
    select
        asked.number as node_number,
        case
            when field::varchar is null then -1 - asked.number
            else coalesce(named.number, 2147483647)
        end as vertex,
        1 as rank,
        0 as depth
    from asked
    left join graph.field as named
        on asked.number = named.node_number and named.field = field::varchar
    where not asked.is_job
    union
    select
        held.target_number as node_number,
        -1 - held.target_number as vertex,
        if(held.basis = 'cartesian', 3, 1) as rank,
        1 as depth
    from held
    inner join asked on held.job_number = asked.number
    where field::varchar is null
),

-- What lies inside a field that nobody stated, or around it, is told by its name.
nested as (
    select
        inside.number,
        inside.inner_number
    from graph.nested_field as inside
    union all
    select
        start.vertex,
        named.number
    from start
    inner join graph.field as named on start.node_number = named.node_number
    where start.vertex = 2147483647 and starts_with(named.field, field::varchar || '.')
    union all
    select
        named.number,
        start.vertex
    from start
    inner join graph.field as named on start.node_number = named.node_number
    where start.vertex = 2147483647 and starts_with(field::varchar, named.field || '.')
),

own_column as materialized (
    select
        flow.source_node_number,
        flow.source_number,
        flow.target_node_number,
        flow.target_number,
        coalesce(flow.target_number, -1 - flow.target_node_number) as target_vertex,
        flow.job_number,
        flow.is_masking,
        if(flow.is_indirect, 2, 1) as rank,
        case when flow.source_number is null then 3 when flow.is_indirect then 2 else 1 end
            as field_rank
    from graph.column_flow as flow
    where
        graph.holds(flow.valid_from_at, flow.valid_to_at, as_of)
        and graph.holds(flow.known_from_at, flow.known_to_at, known_at)
),

-- What reads a part reads of its whole; what reads a whole may use any of its parts.
known_column as materialized (
    select own_column.*
    from own_column
    union all
    select own_column.* replace (nested.number as source_number)
    from own_column
    inner join nested on own_column.source_number = nested.inner_number
    union all
    select own_column.* replace (nested.inner_number as source_number, 3 as rank, 3 as field_rank)
    from own_column
    inner join nested on own_column.source_number = nested.number
),

-- Flows that say nothing of columns; ranks from a whole node, and from a field of it.
opaque as materialized (
    select
        held.source_number,
        held.target_number,
        held.job_number,
        held.basis = 'registry' as is_membership,
        case
            when held.basis = 'cartesian' then 3
            when held.basis = 'deployment' and source.kind = 'model' then 3
            else 1
        end as rank,
        case
            when held.basis not in ('registry', 'deployment') or source.kind = 'model' then 3
            else 1
        end as field_rank
    from held
    inner join graph.node as source on held.source_number = source.number
    anti join own_column as known
        on
            held.source_number = known.source_node_number
            and held.target_number = known.target_node_number
            and held.job_number is not distinct from known.job_number
),

walk (vertex, node_number, rank, is_masked, depth) using key (vertex, rank, is_masked) as (
    select
        start.vertex,
        start.node_number,
        min(start.rank),
        false,
        min(start.depth)
    from start
    group by start.vertex, start.node_number
    union
    select
        step.vertex,
        step.node_number,
        step.rank,
        step.is_masked,
        min(step.depth)
    from (
        select
            known.target_vertex as vertex,
            known.target_node_number as node_number,
            greatest(walk.rank, if(walk.vertex < 0, known.rank, known.field_rank)) as rank,
            walk.is_masked or known.is_masking as is_masked,
            walk.depth + 1 as depth
        from walk
        inner join known_column as known
            on
                walk.node_number = known.source_node_number
                and (
                    walk.vertex = known.source_number
                    or walk.vertex < 0
                    or known.source_number is null
                )
        where walk.depth <= least(max_depth, max_steps)
        union all
        select
            -1 - opaque.target_number,
            opaque.target_number,
            greatest(walk.rank, if(walk.vertex < 0, opaque.rank, opaque.field_rank)),
            walk.is_masked,
            walk.depth + 1
        from walk
        inner join opaque on walk.node_number = opaque.source_number
        where walk.depth <= least(max_depth, max_steps)
    ) as step
    anti join recurring.walk as seen
        on
            step.vertex = seen.vertex
            and step.rank = seen.rank
            and step.is_masked = seen.is_masked
    group by step.vertex, step.node_number, step.rank, step.is_masked
),

reached as materialized (
    select walk.*
    from walk
    where walk.depth <= least(max_depth, max_steps)
),

-- What is changed changes its parts; of what holds it, only that part.
beside as materialized (
    select reached.* replace (nested.inner_number as vertex)
    from reached
    inner join nested on reached.vertex = nested.number
    where reached.depth > 0
    union all
    select reached.* replace (nested.number as vertex, 3 as rank)
    from reached
    inner join nested on reached.vertex = nested.inner_number
    where reached.depth > 0
),

stated as (
    select beside.vertex
    from beside
    semi join own_column as own on beside.vertex = own.source_number
    union
    select beside.vertex
    from beside
    semi join own_column as own on beside.vertex = own.target_number
    union
    select beside.vertex
    from beside
    semi join graph.schema_field as schema_field
        on
            beside.vertex = schema_field.number
            and graph.holds(schema_field.valid_from_at, schema_field.valid_to_at, as_of)
            and graph.holds(schema_field.known_from_at, schema_field.known_to_at, known_at)
),

changed as (
    select reached.*
    from reached
    union all
    select beside.*
    from beside
    semi join stated on beside.vertex = stated.vertex
),

vertex as (
    select
        changed.vertex,
        changed.node_number,
        min(changed.rank) as rank,
        bool_and(changed.is_masked) as is_masked,
        arg_min(changed.depth, (changed.rank, changed.depth)) as depth
    from changed
    group by changed.vertex, changed.node_number
),

column_row as (
    select
        'column' as kind,
        inner_of.node_number as number,
        named.field,
        inner_of.rank,
        inner_of.is_masked,
        inner_of.depth
    from vertex as inner_of
    inner join graph.field as named on inner_of.vertex = named.number
    left join vertex as whole on inner_of.node_number = -1 - whole.vertex
    where inner_of.depth > 0 and (whole.rank is null or whole.rank > inner_of.rank)
),

node_row as (
    select
        of_node.kind,
        reached.node_number as number,
        null::varchar as field,
        min(reached.rank) as rank,
        bool_and(reached.is_masked) as is_masked,
        arg_min(reached.depth, (reached.rank, reached.depth)) as depth
    from reached
    inner join graph.node as of_node on reached.node_number = of_node.number
    anti join asked on reached.node_number = asked.number
    group by of_node.kind, reached.node_number
),

moving as materialized (
    select
        known.job_number as number,
        greatest(reached.rank, if(reached.vertex < 0, known.rank, known.field_rank)) as rank,
        reached.is_masked,
        reached.depth + 1 as depth
    from reached
    inner join known_column as known
        on
            reached.node_number = known.source_node_number
            and (
                reached.vertex = known.source_number
                or reached.vertex < 0
                or known.source_number is null
            )
    union all
    select
        opaque.job_number,
        greatest(reached.rank, if(reached.vertex < 0, opaque.rank, opaque.field_rank)),
        reached.is_masked,
        reached.depth + 1
    from reached
    inner join opaque on reached.node_number = opaque.source_number
    where not opaque.is_membership
    union all
    select
        job.number,
        3 as rank,
        reached.is_masked,
        reached.depth + 1
    from reached
    inner join graph.node as read_node on reached.node_number = read_node.number
    inner join lineage.run_input_history as read
        on
            read_node.node_id = read.dataset_node_id
            and graph.holds(read.known_from_at, read.known_to_at, known_at)
    inner join lineage.run_history as run
        on
            read.run_id = run.run_id
            and graph.holds(run.known_from_at, run.known_to_at, known_at)
    inner join graph.node as job on run.job_node_id = job.node_id
    anti join graph.flow as stated
        on
            read_node.number = stated.source_number
            and job.number = stated.job_number
            and (known_at is null or stated.known_from_at <= known_at::timestamptz)
    where as_of is null or read.read_from_at <= as_of::timestamptz
),

job_row as (
    select
        'job' as kind,
        moving.number,
        null::varchar as field,
        min(moving.rank) as rank,
        bool_and(moving.is_masked) as is_masked,
        arg_min(moving.depth, (moving.rank, moving.depth)) as depth
    from moving
    anti join asked on moving.number = asked.number
    where moving.number is not null and moving.depth <= least(max_depth, max_steps)
    group by moving.number
),

every_row as (
    select * from column_row
    union all
    select * from node_row
    union all
    select * from job_row
),

serving as (
    select
        deployed.model_node_id as node_id,
        list(distinct deployed.deployment_node_id order by deployed.deployment_node_id)
            as deployments
    from lineage.model_deployment as deployed
    where
        graph.holds(deployed.valid_from_at, deployed.valid_to_at, as_of)
        and graph.holds(deployed.known_from_at, deployed.known_to_at, known_at)
    group by deployed.model_node_id
),

owned as (
    select
        owner.node_id,
        list(distinct owner.owner order by owner.owner) as owners
    from lineage.ownership as owner
    where
        graph.holds(owner.valid_from_at, owner.valid_to_at, as_of)
        and graph.holds(owner.known_from_at, owner.known_to_at, known_at)
    group by owner.node_id
)

select
    every_row.kind,
    of_node.node_id,
    every_row.field,
    case every_row.rank when 1 then 'direct' when 2 then 'indirect' else 'possible' end as effect,
    every_row.is_masked,
    every_row.depth,
    coalesce(past.stage, of_node.stage) as stage,
    coalesce(serving.deployments, []) as deployments,
    coalesce(owned.owners, []) as owners,
    (select max(walk.depth) from walk) > least(max_depth, max_steps)
    or coalesce((select max(moving.depth) from moving) > least(max_depth, max_steps), false)
        as is_cut
from every_row
inner join graph.node as of_node on every_row.number = of_node.number
left join graph.node_past as past
    on
        every_row.number = past.number
        and graph.holds(past.known_from_at, past.known_to_at, known_at)
left join serving on of_node.node_id = serving.node_id
left join owned
    on
        case
            when of_node.kind = 'modelVersion'
                then regexp_replace(of_node.node_id, '^modelVersion:(.*):[^:]*$', 'model:\1')
            else of_node.node_id
        end = owned.node_id
order by
    list_position(
        ['column', 'dataset', 'job', 'model', 'modelVersion', 'deployment'], every_row.kind
    ),
    every_row.rank,
    every_row.depth,
    of_node.node_id,
    every_row.field;
