-- object: ask.summary
-- kind: ask
-- grain: one row per (subject, kind): how many of it the warehouse holds
-- sources: lineage.node, lineage.run, lineage.edge, lineage.column_edge, quality.quarantine, quality.flag, audit.source
select
    'nodes' as subject,
    coalesce(node.stage, node.kind) as kind,
    count(*) as count
from lineage.node as node
group by all
union all
select
    'runs' as subject,
    run.state as kind,
    count(*) as count
from lineage.run as run
group by all
union all
select
    'edges' as subject,
    edge.basis as kind,
    count(*) as count
from lineage.edge as edge
where edge.valid_to_at is null and edge.known_to_at is null
group by all
union all
select
    'column edges' as subject,
    coalesce(lower(edge.transformation_type), 'not said') as kind,
    count(*) as count
from lineage.column_edge as edge
where edge.valid_to_at is null and edge.known_to_at is null
group by all
union all
select
    'set aside' as subject,
    quarantine.reason_code as kind,
    count(*) as count
from quality.quarantine as quarantine
group by all
union all
select
    'flags' as subject,
    flag.flag as kind,
    count(*) as count
from quality.flag as flag
group by all
union all
select
    'audit events' as subject,
    source.source as kind,
    source.event_count as count
from audit.source as source
order by subject, count desc, kind;
