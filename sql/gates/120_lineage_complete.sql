-- object: gate.lineage_complete
-- kind: gate
-- grain: one row: the version leads back to raw data without a gap
-- sources: lineage.upstream, lineage.edge
-- clause: a gap is a dataset behind the version that is not raw and that nothing is known to lead to

-- noqa: disable=layout.indent,references.qualification
with ancestor as (
    select upstream.*
    from lineage.upstream(
        $version, as_of := $as_of::timestamptz, known_at := $known_at::timestamptz
    ) as upstream
    where upstream.depth > 0 and upstream.kind = 'dataset'
),

gap as (
    select ancestor.node_id
    from ancestor
    where
        ancestor.stage is distinct from 'raw'
        and not exists (
            select 1
            from lineage.edge as edge
            where
                edge.target_node_id = ancestor.node_id
                and edge.source_node_id != ancestor.node_id
                and edge.valid_from_at <= $as_of::timestamptz
                and graph.holds(edge.known_from_at, edge.known_to_at, $known_at)
        )
)

select
    case
        when count(*) = 0 then 'unknown'
        when count(*) filter (where ancestor.stage = 'raw') = 0 then 'unknown'
        when (select count(*) from gap) > 0 then 'unknown'
        else 'pass'
    end as result,
    count(*) filter (where ancestor.stage = 'raw') || ' raw of ' || count(*) || ' datasets' as observed,
    'a way back to raw data without a gap' as threshold,
    case
        when count(*) = 0 then 'nothing is known to lead to this version'
        when count(*) filter (where ancestor.stage = 'raw') = 0
            then 'no raw data is known behind this version'
        when (select count(*) from gap) > 0
            then
                'nothing is known to lead to '
                || (select string_agg(gap.node_id, ', ' order by gap.node_id) from gap)
        else 'every dataset behind the version leads back to raw data'
    end as reason,
    'let the jobs that make these datasets send OpenLineage events' as remedy,
    list_sort(list(ancestor.node_id)) as evidence
from ancestor;
