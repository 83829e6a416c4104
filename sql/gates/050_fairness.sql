-- object: gate.fairness
-- kind: gate
-- grain: one row: fairness metrics keep within their bounds, and the declared groups are served alike
-- sources: governance.bound_at, governance.slice_at
with grouped as (
    select
        metric,
        any_value(gap_max) as gap_max,
        round(max(value) - min(value), 9) as gap,
        count(*) - count(value) as missing_count,
        string_agg(slice, ', ' order by slice) filter (where value is null) as missing,
        list(evidence) filter (where evidence is not null) as evidence
    from governance.slice_at($rules, $version, $as_of, $oldest, known_at := $known_at)
    group by metric
),

part as (
    select
        result,
        metric || ' ' || coalesce(value::varchar, 'not measured') as found,
        metric || ' ' || if(side = 'min', 'at least ', 'at most ') || bound as asked,
        if(
            result = 'fail',
            metric || ' is ' || value || if(side = 'min', ', below ', ', above ') || bound,
            'nobody has measured ' || metric
        ) as reason,
        [evidence] as evidence
    from governance.bound_at($rules, $version, $as_of, $oldest, known_at := $known_at)
    where is_fairness
    union all by name
    select
        case
            when missing_count > 0 then 'unknown'
            when gap > gap_max then 'fail'
            else 'pass'
        end as result,
        'gap of ' || metric || ' ' || coalesce(gap::varchar, 'not measured') as found,
        'gap of ' || metric || ' at most ' || gap_max as asked,
        if(
            missing_count > 0,
            'nobody has measured ' || metric || ' for ' || missing,
            'groups lie ' || gap || ' apart in ' || metric || ', more than ' || gap_max
        ) as reason,
        evidence
    from grouped
)

select
    case
        when count(*) = 0 then 'unknown'
        when bool_or(result = 'fail') then 'fail'
        when bool_or(result = 'unknown') then 'unknown'
        else 'pass'
    end as result,
    coalesce(string_agg(found, ', ' order by found), '') as observed,
    coalesce(string_agg(asked, ', ' order by asked), '') as threshold,
    case
        when count(*) = 0 then 'the policy says nothing of fairness for this model'
        when bool_or(result = 'fail')
            then string_agg(reason, '; ' order by reason) filter (where result = 'fail')
        when bool_or(result = 'unknown')
            then string_agg(reason, '; ' order by reason) filter (where result = 'unknown')
        else 'groups are served alike within the bounds'
    end as reason,
    case
        when count(*) = 0
            then 'bound a fairness metric under [threshold.MODEL], or declare [slices.MODEL]'
        when bool_or(result = 'fail') then 'train a version that serves the groups alike'
        else 'evaluate the version by group and log what was measured in the registry'
    end as remedy,
    list_sort(list_distinct(list_filter(flatten(list(evidence)), lambda one: one is not null)))
        as evidence
from part;
