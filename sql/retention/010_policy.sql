-- object: retention.policy
-- kind: view
-- grain: one row per retention rule and time in which a policy with it was in force
-- sources: governance.policy, retention.shipped_rule
-- clause: a rule is the organisation's own, or a shipped one of a framework that the policy names; an own one stands for the shipped one of its name
-- column name: the rule
-- column framework: whose rule it is; empty if it is the organisation's own
-- column class: of which objects it speaks
-- column namespace_like: theirs alone, as LIKE has it; null: any
-- column name_like: theirs alone, as LIKE has it; null: any
-- column tag: those with this tag alone, as key or key=value; null: any
-- column stage: those in this stage alone; null: any
-- column tier: those of models in this tier alone; null: any
-- column jurisdiction: those of this jurisdiction alone; null: any
-- column minimum: how long they must stay, in ISO 8601; null if it does not say
-- column minimum_months: its months, the years among them
-- column minimum_days: its days, the weeks among them
-- column maximum: how long they may stay; null if it does not say
-- column maximum_months: its months, the years among them
-- column maximum_days: its days, the weeks among them
-- column anchor: from when that is counted: created, last used, placed on the market or retired
-- column basis: law, guidance or house
-- column action: delete, archive or anonymise
-- column clause: where it is written
-- column applies_from: from which day on it holds; null: always
-- column applies_until: until before which day; null: for good
-- column policy_sha256: the policy that holds it
-- column valid_from_at: from when that policy was in force
-- column valid_to_at: until when; null while it is
-- column known_from_at: the scan that told us
-- column known_to_at: the scan that told us otherwise; null while we believe it

-- noqa: disable=references.qualification
create or replace view retention.policy as
with own as (
    select
        policy.*,
        rule.key as name,
        rule.value as rule
    from governance.policy as policy, json_each(policy.body, '$.retention') as rule
),

shipped as (
    select
        policy.*,
        shipped_rule.name,
        shipped_rule.body as rule
    from governance.policy as policy
    cross join retention.shipped_rule as shipped_rule
    where
        if(
            shipped_rule.body ->> '$.framework' = 'seeds',
            coalesce((policy.body ->> '$.obligations.seeds')::boolean, true),
            json_contains(
                coalesce(policy.body -> '$.obligations.frameworks', '[]'),
                shipped_rule.body -> '$.framework'
            )
        )
        and not list_contains(
            coalesce(json_keys(policy.body, '$.retention'), []), shipped_rule.name
        )
),

held as (
    select own.*
    from own
    union all
    select shipped.*
    from shipped
)

select
    held.name,
    coalesce(held.rule ->> '$.framework', '') as framework,
    held.rule ->> '$.of' as class,
    silver.like_of(held.rule ->> '$.namespace') as namespace_like,
    silver.like_of(held.rule ->> '$.name') as name_like,
    held.rule ->> '$.tag' as tag,
    held.rule ->> '$.stage' as stage,
    held.rule ->> '$.tier' as tier,
    held.rule ->> '$.jurisdiction' as jurisdiction,
    held.rule ->> '$.minimum' as minimum,
    retention.months_of(held.rule ->> '$.minimum') as minimum_months,
    retention.days_of(held.rule ->> '$.minimum') as minimum_days,
    held.rule ->> '$.maximum' as maximum,
    retention.months_of(held.rule ->> '$.maximum') as maximum_months,
    retention.days_of(held.rule ->> '$.maximum') as maximum_days,
    coalesce(held.rule ->> '$.anchor', 'created') as anchor,
    coalesce(held.rule ->> '$.basis', 'house') as basis,
    coalesce(held.rule ->> '$.action', 'delete') as action,
    coalesce(held.rule ->> '$.clause', '') as clause,
    (held.rule ->> '$.applies_from')::date as applies_from,
    (held.rule ->> '$.applies_until')::date as applies_until,
    held.policy_sha256,
    held.valid_from_at,
    held.valid_to_at,
    held.known_from_at,
    held.known_to_at
from held;
