-- object: governance.review_at
-- kind: macro
-- grain: one row per version that serves at an instant: when a person has reviewed it, and until when one must again
-- sources: registry.lifecycle, registry.model_version, governance.approval, governance.policy
-- clause: SR 26-2 and the seeds: a model in use is reviewed periodically; review_days of its tier, by the policy in force then, 365 where none says
-- clause: each approval of the version by a person is a review; one that nobody has reviewed is due at once
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: version_node_id: the version
-- clause: tier: the tier of its model; null if the policy puts it into none
-- clause: stage: production or monitoring
-- clause: stage_since: from when it is in that stage
-- clause: reviewed_at: when a person approved it last; null if nobody has
-- clause: reviewed_by: who that was
-- clause: review_days: how long a review is good for
-- clause: due_at: when the next review is due
-- clause: is_overdue: whether that has passed

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.review_at(as_of, known_at := null) as table
with serving as (
    select
        lifecycle.version_node_id,
        lifecycle.stage,
        lifecycle.valid_from_at as stage_since
    from registry.lifecycle as lifecycle
    where
        lifecycle.stage in ('production', 'monitoring')
        and governance.stands(lifecycle.valid_from_at, lifecycle.valid_to_at, as_of)
        and graph.holds(lifecycle.known_from_at, lifecycle.known_to_at, known_at)
),

rule as (
    select policy.body
    from governance.policy as policy
    where
        governance.stands(policy.valid_from_at, policy.valid_to_at, as_of)
        and graph.holds(policy.known_from_at, policy.known_to_at, known_at)
),

model_tier as (
    select
        entry.key as model,
        entry.value ->> '$' as tier
    from rule, json_each(rule.body, '$.model') as entry
),

tier_days as (
    select
        entry.key as tier,
        (entry.value ->> '$.review_days')::integer as review_days
    from rule, json_each(rule.body, '$.tier') as entry
),

named as (
    select
        version.version_node_id,
        arg_max(version.model_node_id, version.valid_from_at) as model_node_id,
        arg_max(version.name, version.valid_from_at) as name
    from registry.model_version as version
    where
        version.valid_from_at <= as_of::timestamptz
        and graph.holds(version.known_from_at, version.known_to_at, known_at)
    group by version.version_node_id
),

tiered as (
    select
        serving.version_node_id,
        serving.stage,
        serving.stage_since,
        coalesce(by_id.tier, by_name.tier) as tier
    from serving
    left join named on serving.version_node_id = named.version_node_id
    left join model_tier as by_id on named.model_node_id = by_id.model
    left join model_tier as by_name on named.name = by_name.model
),

reviewed as (
    select
        approval.version_node_id,
        max(approval.valid_from_at) as reviewed_at,
        arg_max(approval.person_id, (approval.valid_from_at, approval.act_id)) as reviewed_by
    from governance.approval as approval
    where
        approval.decision = 'approved'
        and approval.is_person
        and approval.valid_from_at <= as_of::timestamptz
        and graph.holds(approval.known_from_at, approval.known_to_at, known_at)
    group by approval.version_node_id
),

dated as (
    select
        tiered.version_node_id,
        tiered.tier,
        tiered.stage,
        tiered.stage_since,
        reviewed.reviewed_at,
        reviewed.reviewed_by,
        coalesce(tier_days.review_days, 365) as review_days
    from tiered
    left join reviewed on tiered.version_node_id = reviewed.version_node_id
    left join tier_days on tiered.tier = tier_days.tier
)

select
    dated.*,
    if(
        dated.reviewed_at is null,
        dated.stage_since,
        dated.reviewed_at + to_days(dated.review_days)
    ) as due_at,
    due_at <= as_of::timestamptz as is_overdue
from dated;
