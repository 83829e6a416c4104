-- object: gate.performance
-- kind: gate
-- grain: one row: every metric that the policy bounds was measured and keeps within its bound
-- sources: governance.bound_at
with bound as (
    select
        *,
        metric || ' ' || if(side = 'min', 'at least ', 'at most ') || bound as asked,
        metric || ' ' || coalesce(value::varchar, 'not measured') as found
    from governance.bound_at($rules, $version, $as_of, $oldest, known_at := $known_at)
    where not is_fairness
)

select
    case
        when count(*) = 0 then 'unknown'
        when bool_or(result = 'fail') then 'fail'
        when bool_or(result = 'unknown') then 'unknown'
        else 'pass'
    end as result,
    coalesce(string_agg(found, ', ' order by metric, side), '') as observed,
    coalesce(string_agg(asked, ', ' order by metric, side), '') as threshold,
    case
        when count(*) = 0 then 'the policy bounds no metric of this model'
        when bool_or(result = 'fail')
            then
                string_agg(
                    metric || ' is ' || value || if(side = 'min', ', below ', ', above ') || bound,
                    '; ' order by metric, side
                ) filter (where result = 'fail')
        when bool_or(result = 'unknown')
            then
                'nobody has measured '
                || string_agg(metric, ', ' order by metric, side) filter (where result = 'unknown')
        else 'every metric keeps within its bound'
    end as reason,
    case
        when count(*) = 0 then 'bound a metric under [threshold.MODEL] in the policy'
        when bool_or(result = 'fail') then 'train a version that keeps within the bounds'
        else 'evaluate the version and log what was measured in the registry'
    end as remedy,
    list_sort(list_distinct(list(evidence) filter (where evidence is not null))) as evidence
from bound;
