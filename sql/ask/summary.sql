-- object: ask.summary
-- kind: ask
-- grain: one row per (subject, kind): how many of it the warehouse holds
-- sources: lineage.node, lineage.run, lineage.edge, lineage.column_edge, quality.quarantine, quality.flag, audit.source, audit.log_digest, audit.log_file_integrity, silver.log_digest, silver.document
-- clause: of log files something is said once a digest of some has landed
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
union all
select
    'documents' as subject,
    if(starts_with(document.kind, 'lineage.'), 'act', split_part(document.kind, '.', 1)) as kind,
    count(*) as count
from silver.document as document
group by all
union all
select
    'log digests' as subject,
    digest.signature_status || ' ' || digest.chain_status as kind,
    count(*) as count
from audit.log_digest as digest
group by all
union all
select
    'log files' as subject,
    log_file.status as kind,
    count(*) as count
from audit.log_file_integrity as log_file
where exists (select 1 from silver.log_digest)
group by all
order by subject, count desc, kind;
