-- object: governance.slice_at
-- kind: macro
-- grain: one row per group that a version must serve alike, with the latest measurement of it
-- sources: registry.evaluation
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: oldest: measurements before it do not count; null: all do
-- clause: known_at: by what had been told by then; null is all that was
-- clause: metric: what is compared among the groups
-- clause: slice: the group
-- clause: gap_max: how far the best and the worst of them may lie apart
-- clause: value: what was measured; null if nothing was
-- clause: measured_at: when
-- clause: evidence: the digest of the evaluation

-- noqa: disable=layout.indent,references.qualification,structure.join_condition_order
create or replace macro governance.slice_at(rules, version, as_of, oldest, known_at := null) as table
with asked as (
    select
        rules::json ->> '$.slices.metric' as metric,
        unnest((rules::json -> '$.slices.names')::varchar []) as slice,
        (rules::json ->> '$.slices.gap_max')::double as gap_max
    where rules::json ->> '$.slices.metric' is not null
),

measured as (
    select
        asked.*,
        evaluation.value,
        evaluation.measured_at,
        governance.evaluation_sha256(evaluation) as evidence,
        row_number() over (
            partition by asked.slice
            order by evaluation.measured_at desc, governance.evaluation_sha256(evaluation)
        ) as place
    from asked
    left join registry.evaluation as evaluation
        on
            evaluation.version_node_id = version
            and evaluation.metric = asked.metric
            and evaluation.slice = asked.slice
            and evaluation.phase = 'evaluation'
            and isfinite(evaluation.value)
            and (oldest is null or evaluation.measured_at >= oldest::timestamptz)
            and coalesce(evaluation.measured_at <= as_of::timestamptz, true)
            and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, as_of)
            and graph.holds(evaluation.known_from_at, evaluation.known_to_at, known_at)
)

select
    measured.metric,
    measured.slice,
    measured.gap_max,
    measured.value,
    measured.measured_at,
    if(measured.value is null, null, measured.evidence) as evidence
from measured
where measured.place = 1;
