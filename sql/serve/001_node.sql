-- object: graph.node
-- kind: facts
-- grain: one row per node that was ever believed, numbered in the order of node_id; see lineage.node_history
-- sources: lineage.node_history
-- clause: closures join numbers, which are a tenth of the texts; made anew by every publication
-- clause: the two times are those of what was believed last; graph.node_past has what was believed before
-- column number: its place among all node_ids, from 0, without gaps
-- column node_id: the identifier
-- column kind: as in lineage.node
-- column stage: the stage that was believed last
-- column namespace: as in lineage.node
-- column name: as in lineage.node
-- column known_from_at: the scan from which this was believed
-- column known_to_at: the scan from which it is no node any more; null while it is one
create table if not exists graph.node (
    number integer,
    node_id varchar,
    kind varchar,
    stage varchar,
    namespace varchar,
    name varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

truncate graph.node;

insert into graph.node
with gone as (
    select past.*
    from lineage.node_history as past
    where
        past.known_to_at is not null
        and past.node_id not in (
            select told.node_id
            from lineage.node_history as told
            where told.known_to_at is null
        )
    qualify row_number() over (partition by past.node_id order by past.known_from_at desc) = 1
),

latest as (
    select told.*
    from lineage.node_history as told
    where told.known_to_at is null
    union all
    select gone.*
    from gone
)

select
    row_number() over (order by latest.node_id) - 1 as number,
    latest.node_id,
    latest.kind,
    latest.stage,
    latest.namespace,
    latest.name,
    latest.known_from_at,
    latest.known_to_at
from latest
order by latest.node_id;
