-- object: silver.dated_of
-- kind: macro
-- grain: one row per object and rule that speaks of it at an instant: until when it must stay by it, and by when it must go
-- sources: silver.rule_at
-- clause: a rule that names data says what they are where nobody else does
-- clause: what is not placed on the market yet, or not retired yet, stays for as long as it is not: its minimum has not begun
-- clause: objects: the name of rows like those of retention.object_at
-- clause: as_of: the instant
-- clause: over_by: only the rules by which an object must go by this instant, and which were not met by archiving or anonymising it; null: all
-- clause: before these columns stand those of retention.object_at
-- clause: rule: the rule
-- clause: basis: as in retention.policy
-- clause: action: likewise
-- clause: is_unknown: nobody says from when its periods count
-- clause: stays_until: until when the object must stay; null if it does not say
-- clause: goes_at: by when it must go; null if it does not say

-- noqa: disable=layout.indent,references.qualification
create or replace macro silver.dated_of(objects, as_of, over_by := null) as table
with rule as (
    select
        rule_at.*,
        unnest(if(rule_at.name_like is null, [rule_at.class], [rule_at.class, '?'])) as speaks_of,
        -- No month is longer than others by more than three days: what is later is not over yet.
        over_by::timestamptz
        - to_months(rule_at.maximum_months) - to_days(rule_at.maximum_days) + to_days(4) as anchored_by
    from silver.rule_at(as_of) as rule_at
    where
        coalesce(rule_at.applies_from <= (as_of::timestamptz at time zone 'UTC')::date, true)
        and coalesce(rule_at.applies_until > (as_of::timestamptz at time zone 'UTC')::date, true)
        and (over_by is null or rule_at.maximum is not null)
),

matched as (
    select
        object.*,
        rule.name as rule,
        rule.basis,
        rule.action,
        rule.anchor,
        rule.minimum,
        rule.maximum,
        rule.minimum_months,
        rule.minimum_days,
        rule.maximum_months,
        rule.maximum_days,
        rule.anchored_by,
        case rule.anchor
            when 'created' then object.created_at
            when 'last used' then object.last_used_at
            when 'placed on the market' then object.placed_at
            when 'retired' then object.retired_at
        end as anchor_at
    from query_table(objects) as object
    inner join rule
        on
            coalesce(object.class, if(starts_with(object.object_id, 'dataset:'), '?', null))
            = rule.speaks_of
    where
        (rule.namespace_like is null or object.namespace like rule.namespace_like escape '\')
        and (rule.name_like is null or object.name like rule.name_like escape '\')
        and (rule.stage is null or object.stage = rule.stage)
        and (rule.tier is null or object.tier = rule.tier)
        and (
            rule.tag is null
            or len(
                list_filter(
                    object.tags,
                    lambda tag: tag = rule.tag or starts_with(tag, rule.tag || '=')
                )
            ) > 0
        )
        and (
            rule.jurisdiction is null
            or list_contains(object.tags, 'jurisdiction=' || rule.jurisdiction)
        )
)

select
    matched.* exclude (
        anchor, minimum, maximum, minimum_months, minimum_days, maximum_months, maximum_days,
        anchored_by, anchor_at
    ),
    matched.anchor_at is null and matched.anchor in ('created', 'last used') as is_unknown,
    case
        when matched.minimum is null then null
        when matched.anchor_at is not null
            then
                retention.after(
                    matched.anchor_at, matched.minimum_months, matched.minimum_days
                )
        when matched.anchor = 'retired' then 'infinity'::timestamptz
        when matched.anchor = 'placed on the market' and matched.retired_at is null
            then 'infinity'::timestamptz
    end as stays_until,
    if(
        matched.maximum is null,
        null,
        retention.after(matched.anchor_at, matched.maximum_months, matched.maximum_days)
    ) as goes_at
from matched
where
    over_by is null
    or (
        matched.anchor_at <= matched.anchored_by
        and (matched.action != 'archive' or matched.archived_at is null)
        and (matched.action != 'anonymise' or matched.anonymised_at is null)
        and retention.after(matched.anchor_at, matched.maximum_months, matched.maximum_days)
        <= over_by::timestamptz
    );
