-- object: graph.told_of
-- kind: macro
-- grain: one row per node that an identifier means and of which something was told by the two clocks
-- sources: quality.publication, graph.meant, graph.node, graph.flow, graph.column_flow, graph.schema_field, lineage.node, lineage.ownership
-- clause: by as_of alone, an event up to then names it; by known_at, an edge, a field or an owner of it that began by as_of was known then

-- noqa: disable=layout.indent,references.qualification
create or replace macro graph.told_of(node, as_of, known_at) as table
with known as (
    select
        meant.number,
        numbered.node_id,
        described.first_seen_at
    from graph.meant(node, known_at := known_at) as meant
    inner join graph.node as numbered on meant.number = numbered.number
    left join lineage.node as described on numbered.node_id = described.node_id
),

mention as (
    select
        unnest([flow.source_number, flow.target_number, flow.job_number]) as number,
        flow.valid_from_at,
        flow.known_from_at
    from graph.flow as flow
    union all
    select
        unnest([flow.source_node_number, flow.target_node_number]),
        flow.valid_from_at,
        flow.known_from_at
    from graph.column_flow as flow
    union all
    select
        field.node_number,
        field.valid_from_at,
        field.known_from_at
    from graph.schema_field as field
    union all
    select
        owned.number,
        owner.valid_from_at,
        owner.known_from_at
    from lineage.ownership as owner
    inner join known as owned on owner.node_id = owned.node_id
)

select known.node_id
from known
where
    (as_of is null or coalesce(known.first_seen_at <= as_of::timestamptz, true))
    and (
        known_at is null
        or known_at::timestamptz >= (
            select max(publication.known_at)
            from quality.publication as publication
        )
        or exists (
            select 1
            from mention
            where
                mention.number = known.number
                and mention.known_from_at <= known_at::timestamptz
                and (as_of is null or mention.valid_from_at <= as_of::timestamptz)
        )
    );
