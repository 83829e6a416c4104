-- object: compliance.population_reconciliation
-- kind: view
-- grain: one row per (source, day) of which a total was stated or events arrived
-- sources: silver.act, audit.activity, lineage.event
-- clause: to be run first: nothing that rests on a source says more than its reconciliation does
-- clause: the last total that was stated of a source and a day counts; duplicates and notes of requests without an answer do not
-- clause: days are those on which it happened, in UTC
-- limits: a total that the source itself counted too low, and a source of which nobody states totals
-- column source: the audit source, or openlineage
-- column day_on: the day; null: the event, or the total, does not say
-- column stated_count: how many the source says that it sent; null if nobody says
-- column stated_at: when that was said
-- column arrived_count: how many events arrived
-- column late_count: how many of them were read only after the total was stated; null without a total
-- column last_arrived_at: the clock of the scan that read the last of them
-- column difference: what arrived less what was stated; null without a total
-- column state: reconciled, short, over, or no total
-- column act_id: the act that stated the total
create or replace view compliance.population_reconciliation as
with total as (
    select
        act.data ->> '$.source' as source,
        try_cast(act.data ->> '$.day_on' as date) as day_on,
        arg_max((act.data ->> '$.record_count')::bigint, (act.acted_at, act.act_id)) as stated_count,
        max(act.acted_at) as stated_at,
        arg_max(act.act_id, (act.acted_at, act.act_id)) as act_id
    from silver.act as act
    where act.area = 'compliance' and act.act = 'source_totalled'
    group by all
),

arrived as (
    select
        'openlineage' as source,
        make_timestamp(epoch_us(event.event_at))::date as day_on,
        event.ingested_at,
        count(*) as event_count
    from lineage.event as event
    where event.source_file like 'landing/openlineage/%'
    group by all
    union all
    select
        activity.source,
        activity.day_on,
        activity.ingested_at,
        sum(activity.event_count)::bigint as event_count
    from audit.activity as activity
    group by all
),

counted as (
    select
        arrived.source,
        arrived.day_on,
        sum(arrived.event_count)::bigint as arrived_count,
        coalesce(
            sum(arrived.event_count) filter (where arrived.ingested_at > total.stated_at), 0
        )::bigint as late_count,
        max(arrived.ingested_at) as last_arrived_at
    from arrived
    left join total
        on arrived.source = total.source and arrived.day_on is not distinct from total.day_on
    group by arrived.source, arrived.day_on
)

select
    coalesce(total.source, counted.source) as source,
    coalesce(total.day_on, counted.day_on) as day_on,
    total.stated_count,
    total.stated_at,
    coalesce(counted.arrived_count, 0) as arrived_count,
    if(total.source is null, null, coalesce(counted.late_count, 0)) as late_count,
    counted.last_arrived_at,
    coalesce(counted.arrived_count, 0) - total.stated_count as difference,
    case
        when total.stated_count is null then 'no total'
        when coalesce(counted.arrived_count, 0) < total.stated_count then 'short'
        when coalesce(counted.arrived_count, 0) > total.stated_count then 'over'
        else 'reconciled'
    end as state,
    total.act_id
from total
full join counted
    on total.source = counted.source and total.day_on is not distinct from counted.day_on;
