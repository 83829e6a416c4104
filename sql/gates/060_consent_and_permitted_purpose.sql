-- object: gate.consent_and_permitted_purpose
-- kind: gate
-- grain: one row: every dataset behind the version may be used for what the model is for, and no withdrawn consent was passed over
-- sources: governance.permitted_at, governance.withdrawn_use_at
-- clause: GDPR Art. 5(1)(b), 6(1), 7(3)

-- noqa: disable=references.qualification
with permitted as materialized (
    from governance.permitted_at($rules, $version, $as_of, known_at := $known_at)
),

withdrawn as materialized (
    from governance.withdrawn_use_at($rules, $version, $as_of, known_at := $known_at)
),

purpose as (
    select nullif($rules::json ->> '$.purpose', '') as purpose
),

wrong as (
    select
        'fail' as result,
        1 as place,
        dataset_node_id || ' may be used for ' || array_to_string(purposes, ', ') || ' only' as reason
    from permitted
    where result = 'fail'
    union all
    select
        'fail' as result,
        2 as place,
        count(distinct subject_ref) || ' who withdrew consent went into ' || dataset_node_id
        || ' afterwards' as reason
    from withdrawn
    group by dataset_node_id
    union all
    select
        'unknown' as result,
        3 as place,
        'nobody says what ' || dataset_node_id || ' may be used for' as reason
    from permitted
    where result = 'unknown' and purposes is null
    union all
    select
        'unknown' as result,
        0 as place,
        'the policy does not say what this model is for' as reason
    from purpose
    where purpose is null
    union all
    select
        'unknown' as result,
        4 as place,
        'nothing is known to lead to this version' as reason
    where not exists (select 1 from permitted)
    union all
    select
        'unknown' as result,
        5 as place,
        'no dataset behind this version says what it may be used for' as reason
    from permitted
    having count(*) > 0 and count(permitted.result) = 0
)

select
    case
        when (select bool_or(result = 'fail') from wrong) then 'fail'
        when exists (select 1 from wrong) then 'unknown'
        else 'pass'
    end as result,
    count(*) filter (where permitted.result = 'pass') || ' of '
    || count(permitted.result) || ' datasets with a say permit it' as observed,
    coalesce(any_value(purpose.purpose), '') as threshold,
    coalesce(
        (
            select string_agg(reason, '; ' order by place, reason)
            from wrong
            where
                result = 'fail'
                or (select count(*) filter (where worse.result = 'fail') from wrong as worse) = 0
        ),
        'every source permits this purpose, and no withdrawn consent was passed over'
    ) as reason,
    'train without these data, or have the purpose permitted under [[dataset]] or by the tag purpose'
        as remedy,
    list_sort(
        list_distinct(
            coalesce(list(permitted.dataset_node_id) filter (where permitted.result is not null), [])
            || coalesce((select list(act_id) from withdrawn), [])
        )
    ) as evidence
from purpose
left join permitted on true;
