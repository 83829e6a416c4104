-- object: ask.erasable
-- kind: ask
-- grain: one row per object of which records are asked to be erased: what stands against that at an instant
-- sources: retention.object_at, silver.resolved, silver.rule_at
-- clause: a legal hold stands against it, and so does a minimum that Union or Member State law sets; GDPR Art 17(3)(b), (e)
-- clause: whether another law's minimum does, people decide; a minimum of guidance or of the house never does
-- clause: what lies in the archive is not read there: it is brought back first
-- clause: gave_way: what would have kept it and does not where it is erased, in JSON
-- clause: an object that nobody keeps has no row

-- noqa: disable=references.qualification
with object as (
    select object_at.*
    from retention.object_at($as_of) as object_at
    where list_contains($objects::varchar [], object_at.object_id)
),

resolved as (
    select resolved.*
    from silver.resolved('object', $as_of) as resolved
),

named as (
    select
        resolved.object_id,
        resolved.stays_by as name,
        resolved.stays_until
    from (
        select
            resolved.object_id,
            resolved.decided_by as stays_by,
            resolved.stays_until
        from resolved
        where resolved.verdict in ('minimum', 'conflict')
    ) as resolved
    union all
    select
        resolved.object_id,
        other.name,
        other.stays_until
    from resolved, unnest(resolved.gave_way) as way (other)
),

archived as (
    select object.object_id
    from object
    where object.archived_at is not null
),

lawful as (
    select
        named.object_id,
        max(named.stays_until) filter (
            where rule.framework in ('gdpr', 'eu-ai-act')
        ) as union_until,
        arg_max(named.name, named.stays_until) filter (
            where rule.framework in ('gdpr', 'eu-ai-act')
        ) as union_rule,
        max(named.stays_until) as law_until,
        arg_max(named.name, named.stays_until) as law_rule
    from named
    inner join silver.rule_at($as_of) as rule on named.name = rule.name
    where rule.basis = 'law' and named.stays_until > $as_of::timestamptz
    group by named.object_id
),

yielded as (
    select
        named.object_id,
        to_json(list({
            'object_id': named.object_id,
            'name': named.name,
            'basis': rule.basis,
            'why': 'gives way to the erasure that was asked for',
            'stays_until': named.stays_until
        } order by named.name)) as gave_way
    from named
    inner join silver.rule_at($as_of) as rule on named.name = rule.name
    where coalesce(named.stays_until > $as_of::timestamptz, true)
    group by named.object_id
)

select
    resolved.object_id,
    case
        when resolved.verdict = 'held' then 'kept'
        when lawful.union_until is not null then 'kept'
        when archived.object_id is not null then 'unread'
        when lawful.law_until is not null then 'decide'
        else 'erase'
    end as treatment,
    case
        when resolved.verdict = 'held' then resolved.reason
        when lawful.union_until is not null
            then
                'must stay, by ' || lawful.union_rule || ', until '
                || coalesce(strftime(lawful.union_until at time zone 'UTC', '%Y-%m-%d'), 'nobody knows when')
        when archived.object_id is not null
            then 'lies in the archive; bring it back by `lineage retention restore`, and plan anew'
        when lawful.law_until is not null
            then 'whether ' || lawful.law_rule || ' stands against an erasure, people decide'
        else ''
    end as reason,
    coalesce(yielded.gave_way::varchar, '[]') as gave_way
from resolved
left join lawful on resolved.object_id = lawful.object_id
left join archived on resolved.object_id = archived.object_id
left join yielded on resolved.object_id = yielded.object_id
order by resolved.object_id;
