-- object: governance.gate_result
-- kind: facts
-- grain: one row per gate and decision
-- sources: governance.decision, step.new_document
-- column act_id: the act that keeps the decision
-- column decision_id: the decision
-- column version_node_id: of which version
-- column environment: where it was to be deployed
-- column position: its place among the gates
-- column gate: its name
-- column result: pass, fail or unknown
-- column observed: what was found
-- column threshold: what was asked for
-- column reason: why
-- column remedy: what to do next
-- column evidence: what it rests on
-- column query_sha256: the digest of the SQL that was asked
-- column waiver: the act that waives it
-- column is_blocking: whether the verdict depends on it
-- column decided_at: when it was decided
-- column known_from_at: the scan that told us
create table if not exists governance.gate_result (
    act_id varchar,
    decision_id varchar,
    version_node_id varchar,
    environment varchar,
    position integer,
    gate varchar,
    result varchar,
    observed varchar,
    threshold varchar,
    reason varchar,
    remedy varchar,
    evidence varchar [],
    query_sha256 varchar,
    waiver varchar,
    is_blocking boolean,
    decided_at timestamptz,
    known_from_at timestamptz
);

insert into governance.gate_result
select
    decision.act_id,
    decision.decision_id,
    decision.version_node_id,
    decision.environment,
    try_cast(gate.key as integer) as position,
    gate.value ->> '$.gate' as gate,
    gate.value ->> '$.result' as result,
    gate.value ->> '$.observed' as observed,
    gate.value ->> '$.threshold' as threshold,
    gate.value ->> '$.reason' as reason,
    gate.value ->> '$.remedy' as remedy,
    try_cast(gate.value -> '$.evidence' as varchar []) as evidence,
    gate.value ->> '$.query_sha256' as query_sha256,
    gate.value ->> '$.waiver' as waiver,
    try_cast(gate.value ->> '$.is_blocking' as boolean) as is_blocking,
    decision.decided_at,
    decision.known_from_at
from governance.decision as decision
semi join step.new_document as document on decision.act_id = lower(hex(document.document_id)),
    json_each(decision.body, '$.gates') as gate
where json_type(decision.body, '$.gates') = 'ARRAY';
