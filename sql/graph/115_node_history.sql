-- object: lineage.node_history
-- kind: history
-- grain: one row per (node, stage with its rule, known time): which nodes there were, as we had been told
-- sources: lineage.node
-- clause: a name that turns out to be an alias stops being a node when that is told; until then it was one
-- column node_id: its identifier
-- column kind: as in lineage.node
-- column namespace: as in lineage.node
-- column name: as in lineage.node
-- column stage: as in lineage.node, by what was known then
-- column stage_rule: the rule that decided
-- column stage_confidence: how sure that is
-- column known_from_at: the scan from which it was a node of this stage
-- column known_to_at: the scan that made it another; null while it is
create table if not exists lineage.node_history (
    node_id varchar,
    kind varchar,
    namespace varchar,
    name varchar,
    stage varchar,
    stage_rule varchar,
    stage_confidence varchar,
    known_from_at timestamptz,
    known_to_at timestamptz
);

-- noqa: disable=layout.indent
merge into lineage.node_history as told
using lineage.node as fact
    on
        told.known_to_at is null
        and told.node_id = fact.node_id
        and told.stage is not distinct from fact.stage
        and told.stage_rule is not distinct from fact.stage_rule
        and told.stage_confidence is not distinct from fact.stage_confidence
-- What only a registry told of its own stage opens and closes.
when not matched by source and told.known_to_at is null
    and told.stage_rule is distinct from 'registry'
    then update set known_to_at = getvariable('known_at')
when not matched
    then insert (
        node_id, kind, namespace, name, stage, stage_rule, stage_confidence,
        known_from_at, known_to_at
    ) values (
        fact.node_id, fact.kind, fact.namespace, fact.name, fact.stage, fact.stage_rule,
        fact.stage_confidence, getvariable('known_at'), null
    );

delete from lineage.node_history
where known_from_at = known_to_at;
