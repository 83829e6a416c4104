-- object: registry.transition
-- kind: view
-- grain: one row per change of a version's stage, and known time
-- sources: registry.lifecycle
-- clause: findings say what a reviewer would ask about; none of them is a verdict
-- column version_node_id: the version
-- column from_stage: the stage before; null if this is the first
-- column to_stage: the stage from then on
-- column changed_at: when
-- column evidence: what that rests on, as in registry.lifecycle
-- column findings: no staging on record, back from retirement, registered by nobody
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it
create or replace view registry.transition as
select
    lifecycle.version_node_id,
    lifecycle.previous_stage as from_stage,
    lifecycle.stage as to_stage,
    lifecycle.since as changed_at,
    lifecycle.basis as evidence,
    list_filter(
        [
            if(
                lifecycle.stage in ('production', 'monitoring')
                and coalesce(lifecycle.previous_stage, 'development') = 'development',
                'no staging on record',
                null
            ),
            if(
                lifecycle.previous_stage = 'retired' and lifecycle.stage != 'retired',
                'back from retirement',
                null
            ),
            if(
                lifecycle.stage in ('production', 'monitoring') and not lifecycle.is_registered,
                'registered by nobody',
                null
            )
        ],
        lambda finding: finding is not null
    ) as findings,
    lifecycle.known_from_at,
    lifecycle.known_to_at
from registry.lifecycle as lifecycle;
