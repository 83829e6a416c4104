-- object: governance.decision
-- kind: facts
-- grain: one row per time that the gates were asked about a version and the decision was kept
-- sources: silver.act, step.new_document
-- clause: the same facts under the same policy give the same decision_id, whoever asks and when
-- column act_id: the act that keeps it
-- column decision_id: the SHA-256 of the decision in its one form
-- column is_genuine: whether the decision has the bytes of its identifier
-- column version_node_id: of which version
-- column model: its model's name
-- column version: how it is called
-- column environment: where it was to be deployed
-- column tier: the risk tier; empty if the policy gives none
-- column mode: observing denies nothing; enforcing does
-- column verdict: deploy, deny, unknown or break_glass
-- column would_be: the verdict if the tier were enforced
-- column artifact_sha256: the artifact that was registered then; empty if none was
-- column submission: the digest of what was approved
-- column policy_sha256: the policy that was applied
-- column approvals: the acts of approval that counted
-- column break_glass: the act that lets it pass in spite of its gates
-- column body: the decision
-- column requested_by: who asked
-- column ci_run: the pipeline's run; empty if it was none
-- column as_of_at: the instant that it was judged at
-- column decided_at: when it was decided
-- column known_from_at: the scan that told us
create table if not exists governance.decision (
    act_id varchar,
    decision_id varchar,
    is_genuine boolean,
    version_node_id varchar,
    model varchar,
    version varchar,
    environment varchar,
    tier varchar,
    mode varchar,
    verdict varchar,
    would_be varchar,
    artifact_sha256 varchar,
    submission varchar,
    policy_sha256 varchar,
    approvals varchar [],
    break_glass varchar,
    body json,
    requested_by varchar,
    ci_run varchar,
    as_of_at timestamptz,
    decided_at timestamptz,
    known_from_at timestamptz
);

insert into governance.decision
select
    act.act_id,
    act.data ->> '$.decision_id' as decision_id,
    sha256((act.data -> '$.decision')::varchar) = act.data ->> '$.decision_id' as is_genuine,
    act.data ->> '$.decision.version_node_id' as version_node_id,
    act.data ->> '$.decision.model' as model,
    act.data ->> '$.decision.version' as version,
    act.data ->> '$.decision.environment' as environment,
    act.data ->> '$.decision.tier' as tier,
    act.data ->> '$.decision.mode' as mode,
    act.data ->> '$.decision.verdict' as verdict,
    act.data ->> '$.decision.would_be' as would_be,
    act.data ->> '$.decision.artifact_sha256' as artifact_sha256,
    act.data ->> '$.decision.submission' as submission,
    act.data ->> '$.decision.policy_sha256' as policy_sha256,
    try_cast(act.data -> '$.decision.approvals' as varchar []) as approvals,
    act.data ->> '$.decision.break_glass' as break_glass,
    act.data -> '$.decision' as body,
    act.actor_id as requested_by,
    act.data ->> '$.ci_run' as ci_run,
    silver.instant_of(act.data ->> '$.as_of') as as_of_at,
    act.acted_at as decided_at,
    act.ingested_at as known_from_at
from silver.act as act
semi join step.new_document as document on act.act_id = lower(hex(document.document_id))
where act.act = 'decided';
