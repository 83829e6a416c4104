-- object: governance.permitted_at
-- kind: macro
-- grain: one row per dataset behind a version: what it may be used for, and whether the purpose of the model is among it
-- sources: lineage.upstream, lineage.tag, lineage.edge
-- clause: what the policy says of a dataset goes before its tags purpose and consent_basis
-- clause: what nobody says of a source is unknown; of what is made of other datasets, these say it
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: dataset_node_id: the dataset
-- clause: is_source: whether nothing is known to lead to it
-- clause: purposes: what it may be used for; null if nobody says
-- clause: basis: on what that rests; null if nobody says
-- clause: said_by: policy or tag; null if nobody says
-- clause: result: pass, fail or unknown; null where it is for others to say

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.permitted_at(rules, version, as_of, known_at := null) as table
with ancestor as (
    select
        upstream.node_id,
        not exists (
            select 1
            from lineage.edge as edge
            where
                edge.target_node_id = upstream.node_id
                and edge.source_node_id != upstream.node_id
                and edge.valid_from_at <= as_of::timestamptz
                and graph.holds(edge.known_from_at, edge.known_to_at, known_at)
        ) as is_source
    from lineage.upstream(
        version, as_of := as_of::timestamptz, known_at := known_at::timestamptz
    ) as upstream
    where upstream.depth > 0 and upstream.kind = 'dataset'
),

pattern as (
    select
        entry.key::integer as place,
        entry.value ->> '$.node' as node,
        (entry.value -> '$.purposes')::varchar [] as purposes,
        entry.value ->> '$.basis' as basis
    from json_each(rules::json, '$.permitted') as entry
),

by_policy as (
    select
        ancestor.node_id,
        arg_min(pattern.purposes, pattern.place) as purposes,
        arg_min(pattern.basis, pattern.place) as basis
    from ancestor
    inner join pattern
        on
            ancestor.node_id like silver.like_of(pattern.node) escape '\'
    group by ancestor.node_id
),

by_tag as (
    select
        ancestor.node_id,
        list_sort(list(distinct tag.value) filter (where tag.key = 'purpose')) as purposes,
        min(replace(tag.value, '-', ' ')) filter (where tag.key = 'consent_basis') as basis
    from ancestor
    inner join lineage.tag as tag on ancestor.node_id = tag.node_id
    where
        tag.field is null
        and tag.key in ('purpose', 'consent_basis')
        and governance.stands(tag.valid_from_at, tag.valid_to_at, as_of)
        and graph.holds(tag.known_from_at, tag.known_to_at, known_at)
    group by ancestor.node_id
),

said as (
    select
        ancestor.node_id as dataset_node_id,
        ancestor.is_source,
        coalesce(by_policy.purposes, by_tag.purposes) as purposes,
        coalesce(by_policy.basis, by_tag.basis) as basis,
        case
            when by_policy.node_id is not null then 'policy'
            when by_tag.node_id is not null then 'tag'
        end as said_by
    from ancestor
    left join by_policy on ancestor.node_id = by_policy.node_id
    left join by_tag on ancestor.node_id = by_tag.node_id
)

select
    said.*,
    case
        when said.basis = 'not personal' then 'pass'
        when said.purposes is null and not said.is_source then null
        when said.purposes is null or nullif(rules::json ->> '$.purpose', '') is null then 'unknown'
        when list_contains(said.purposes, rules::json ->> '$.purpose') then 'pass'
        else 'fail'
    end as result
from said;
