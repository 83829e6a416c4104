-- object: ask.report_decision_month
-- kind: ask
-- grain: one row per (month in UTC, verdict, whether the decision is what its digest says): how often the gates were asked, the last $months months
-- sources: governance.decision
select
    date_trunc('month', decision.decided_at at time zone 'UTC')::date as month_on,
    decision.verdict,
    coalesce(decision.is_genuine, false) as is_genuine,
    count(*) as decision_count
from governance.decision as decision
where
    decision.decided_at
    >= date_trunc('month', $as_of::timestamptz at time zone 'UTC') at time zone 'UTC' - to_months($months - 1)
group by all
order by all;
