-- object: governance.bound_at
-- kind: macro
-- grain: one row per bound of a metric that is asked of a version, with the latest measurement of it
-- sources: registry.evaluation
-- clause: measurements of the whole count, not of one slice; of several at one time the worst
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: oldest: measurements before it do not count; null: all do
-- clause: known_at: by what had been told by then; null is all that was
-- clause: metric: what is measured
-- clause: side: min or max
-- clause: bound: what it must not be below, or above
-- clause: is_fairness: whether it speaks of fairness
-- clause: value: what was measured; null if nothing was
-- clause: measured_at: when
-- clause: dataset_name: on what
-- clause: evidence: the digest of the evaluation
-- clause: result: pass, fail or unknown

-- noqa: disable=layout.indent,references.qualification,structure.join_condition_order
create or replace macro governance.bound_at(rules, version, as_of, oldest, known_at := null) as table
with asked as (
    select
        entry.value ->> '$.metric' as metric,
        entry.value ->> '$.side' as side,
        (entry.value ->> '$.bound')::double as bound,
        (entry.value ->> '$.is_fairness')::boolean as is_fairness
    from json_each(rules::json, '$.thresholds') as entry
),

measured as (
    select
        asked.*,
        evaluation.value,
        evaluation.measured_at,
        evaluation.dataset_name,
        governance.evaluation_sha256(evaluation) as evidence,
        row_number() over (
            partition by asked.metric, asked.side
            order by
                evaluation.measured_at desc,
                if(asked.side = 'min', evaluation.value, -evaluation.value),
                governance.evaluation_sha256(evaluation)
        ) as place
    from asked
    left join registry.evaluation as evaluation
        on
            evaluation.version_node_id = version
            and evaluation.metric = asked.metric
            and evaluation.slice = 'all'
            and evaluation.phase = 'evaluation'
            and isfinite(evaluation.value)
            and (oldest is null or evaluation.measured_at >= oldest::timestamptz)
            and coalesce(evaluation.measured_at <= as_of::timestamptz, true)
            and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, as_of)
            and graph.holds(evaluation.known_from_at, evaluation.known_to_at, known_at)
)

select
    measured.metric,
    measured.side,
    measured.bound,
    measured.is_fairness,
    measured.value,
    measured.measured_at,
    measured.dataset_name,
    if(measured.value is null, null, measured.evidence) as evidence,
    case
        when measured.value is null then 'unknown'
        when measured.side = 'min' and measured.value >= measured.bound then 'pass'
        when measured.side = 'max' and measured.value <= measured.bound then 'pass'
        else 'fail'
    end as result
from measured
where measured.place = 1;
