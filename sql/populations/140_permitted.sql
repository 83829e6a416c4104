-- object: step.permitted
-- kind: step
-- grain: one row per dataset: what it may be used for and on what basis, where anybody says
-- sources: step.policy_in_force, lineage.node, lineage.tag, step.statement
-- clause: what the policy says goes before a record of processing, and that before the tags purpose, consent_basis and art9_condition
create or replace table step.permitted as
with pattern as (
    select
        entry.key::integer as place,
        silver.like_of(entry.value ->> '$.node') as node_like,
        (entry.value -> '$.purposes')::varchar [] as purposes,
        entry.value ->> '$.basis' as basis
    from step.policy_in_force as policy, json_each(policy.body, '$.dataset') as entry
),

by_policy as (
    select
        node.node_id as dataset_node_id,
        arg_min(pattern.purposes, pattern.place) as purposes,
        arg_min(pattern.basis, pattern.place) as basis
    from lineage.node as node
    inner join pattern on node.node_id like pattern.node_like escape '\'
    where node.kind = 'dataset'
    group by node.node_id
),

by_record as (
    select
        statement.subject as dataset_node_id,
        list_sort(list(distinct statement.data ->> '$.purpose')) as purposes,
        arg_max(
            replace(statement.data ->> '$.basis', '-', ' '), (statement.acted_at, statement.act_id)
        ) as basis,
        arg_max(
            statement.data ->> '$.special_category_condition', (statement.acted_at, statement.act_id)
        ) as condition,
        arg_max(statement.data ->> '$.retention', (statement.acted_at, statement.act_id)) as retention,
        arg_max(statement.act_id, (statement.acted_at, statement.act_id)) as act_id,
        list_sort(
            list_distinct(flatten(list((statement.data -> '$.recipients')::varchar [])))
        ) as recipients
    from step.statement as statement
    where statement.act = 'processing_recorded'
    group by statement.subject
),

by_tag as (
    select
        tag.node_id as dataset_node_id,
        list_sort(list(distinct tag.value) filter (where tag.key = 'purpose')) as purposes,
        min(replace(tag.value, '-', ' ')) filter (where tag.key = 'consent_basis') as basis,
        min(tag.value) filter (where tag.key = 'art9_condition') as condition
    from lineage.tag as tag
    where
        tag.key in ('purpose', 'consent_basis', 'art9_condition')
        and governance.stands(tag.valid_from_at, tag.valid_to_at, getvariable('as_of'))
        and graph.holds(tag.known_from_at, tag.known_to_at, getvariable('known_at'))
    group by tag.node_id
),

named as (
    select by_policy.dataset_node_id from by_policy
    union
    select by_record.dataset_node_id from by_record
    union
    select by_tag.dataset_node_id from by_tag
)

select
    named.dataset_node_id,
    coalesce(by_policy.purposes, by_record.purposes, by_tag.purposes) as purposes,
    coalesce(by_policy.basis, by_record.basis, by_tag.basis) as basis,
    coalesce(by_record.condition, by_tag.condition) as condition,
    by_record.act_id as processing_act_id,
    by_record.retention,
    by_record.recipients
from named
left join by_policy on named.dataset_node_id = by_policy.dataset_node_id
left join by_record on named.dataset_node_id = by_record.dataset_node_id
left join by_tag on named.dataset_node_id = by_tag.dataset_node_id;
