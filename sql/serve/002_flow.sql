-- object: graph.flow
-- kind: facts
-- grain: one row per row of lineage.edge, cut where its basis changes, by the numbers of graph.node, in the order of targets
-- sources: lineage.edge, lineage.edge_basis, graph.node
-- clause: of several bases that hold at a time, and were known then, the strongest counts
-- column source_number: the node that the data comes from
-- column target_number: the node that it goes to
-- column job_number: the job that moves it; null where no node stands for it
-- column basis: how the flow was known in this time
-- column valid_from_at: as in lineage.edge, or where the basis changes
-- column valid_to_at: as in lineage.edge, or where the basis changes
-- column known_from_at: as in lineage.edge, or where the basis changes
-- column known_to_at: as in lineage.edge, or where the basis changes
create table if not exists graph.flow (
    source_number integer,
    target_number integer,
    job_number integer,
    basis varchar,
    valid_from_at timestamptz,
    valid_to_at timestamptz,
    known_from_at timestamptz,
    known_to_at timestamptz
);

create or replace table step.mixed as
select
    edge.source_node_id,
    edge.target_node_id,
    edge.job_node_id,
    edge.basis,
    edge.valid_from_at,
    coalesce(edge.valid_to_at, 'infinity'::timestamptz) as valid_to_at,
    edge.known_from_at,
    coalesce(edge.known_to_at, 'infinity'::timestamptz) as known_to_at
from lineage.edge as edge
semi join lineage.edge_basis as told
    on
        edge.source_node_id = told.source_node_id
        and edge.target_node_id = told.target_node_id
        and edge.job_node_id is not distinct from told.job_node_id
        and edge.known_from_at < coalesce(told.known_to_at, 'infinity'::timestamptz)
        and told.known_from_at < coalesce(edge.known_to_at, 'infinity'::timestamptz);

-- Both clocks of an edge are cut wherever a basis begins or ends on them: pieces in which none does.
create or replace table step.mixed_flow as
with told as (
    select
        basis.source_node_id,
        basis.target_node_id,
        basis.job_node_id,
        list_position(['explicit', 'column', 'inferred', 'cartesian'], basis.basis) as rank,
        basis.basis,
        basis.valid_from_at,
        coalesce(basis.valid_to_at, 'infinity'::timestamptz) as valid_to_at,
        basis.known_from_at,
        coalesce(basis.known_to_at, 'infinity'::timestamptz) as known_to_at
    from lineage.edge_basis as basis
),

bound as (
    select
        told.source_node_id,
        told.target_node_id,
        told.job_node_id,
        list(told.valid_from_at) || list(told.valid_to_at) as valid_cuts,
        list(told.known_from_at) || list(told.known_to_at) as known_cuts
    from told
    group by told.source_node_id, told.target_node_id, told.job_node_id
),

cut as (
    select
        mixed.*,
        list_sort(list_distinct(
            [mixed.valid_from_at, mixed.valid_to_at] || bound.valid_cuts
        )) as valid_cuts,
        list_sort(list_distinct(
            [mixed.known_from_at, mixed.known_to_at] || bound.known_cuts
        )) as known_cuts
    from step.mixed as mixed
    inner join bound
        on
            mixed.source_node_id = bound.source_node_id
            and mixed.target_node_id = bound.target_node_id
            and mixed.job_node_id is not distinct from bound.job_node_id
),

valid_piece as (
    select
        cut.*,
        unnest(list_zip(cut.valid_cuts[:-2], cut.valid_cuts[2:])) as valid_piece
    from cut
),

piece as (
    select
        valid_piece.*,
        unnest(list_zip(valid_piece.known_cuts[:-2], valid_piece.known_cuts[2:])) as known_piece
    from valid_piece
)

select
    piece.source_node_id,
    piece.target_node_id,
    piece.job_node_id,
    coalesce(arg_min(told.basis, told.rank), any_value(piece.basis)) as basis,
    piece.valid_piece[1] as valid_from_at,
    nullif(piece.valid_piece[2], 'infinity'::timestamptz) as valid_to_at,
    piece.known_piece[1] as known_from_at,
    nullif(piece.known_piece[2], 'infinity'::timestamptz) as known_to_at
from piece
left join told
    on
        piece.source_node_id = told.source_node_id
        and piece.target_node_id = told.target_node_id
        and piece.job_node_id is not distinct from told.job_node_id
        and piece.valid_piece[1] >= told.valid_from_at
        and piece.valid_piece[1] < told.valid_to_at
        and piece.known_piece[1] >= told.known_from_at
        and piece.known_piece[1] < told.known_to_at
where
    piece.valid_piece[1] >= piece.valid_from_at
    and piece.valid_piece[1] < piece.valid_to_at
    and piece.known_piece[1] >= piece.known_from_at
    and piece.known_piece[1] < piece.known_to_at
group by
    piece.source_node_id, piece.target_node_id, piece.job_node_id, piece.valid_piece,
    piece.known_piece;

truncate graph.flow;

insert into graph.flow
with flow as (
    select
        edge.source_node_id,
        edge.target_node_id,
        edge.job_node_id,
        edge.basis,
        edge.valid_from_at,
        edge.valid_to_at,
        edge.known_from_at,
        edge.known_to_at
    from lineage.edge as edge
    anti join step.mixed as mixed
        on
            edge.source_node_id = mixed.source_node_id
            and edge.target_node_id = mixed.target_node_id
            and edge.job_node_id is not distinct from mixed.job_node_id
            and edge.valid_from_at = mixed.valid_from_at
            and edge.known_from_at = mixed.known_from_at
    union all
    select mixed_flow.*
    from step.mixed_flow as mixed_flow
)

select
    source.number as source_number,
    target.number as target_number,
    job.number as job_number,
    flow.basis,
    flow.valid_from_at,
    flow.valid_to_at,
    flow.known_from_at,
    flow.known_to_at
from flow
inner join graph.node as source on flow.source_node_id = source.node_id
inner join graph.node as target on flow.target_node_id = target.node_id
left join graph.node as job on flow.job_node_id = job.node_id
order by target_number, source_number;
