-- object: silver.alias_group
-- kind: facts
-- grain: one row per dataset name, as silver.spelled_name writes it, that symlinks join to others, with the canonical name of its group
-- sources: silver.symlink
-- clause: names of type TABLE first, then the smallest; a group over the limit is not joined
-- column group_size: names in the group
-- column is_joined: whether the group is within the limit
create or replace table silver.alias_group as
with recursive namespaced as (
    select
        silver.spelled_namespace(symlink.namespace) as namespace,
        symlink.name,
        silver.spelled_namespace(symlink.other_namespace) as other_namespace,
        symlink.other_name,
        symlink.other_type
    from silver.symlink as symlink
),

spelled as (
    select
        namespaced.namespace,
        silver.spelled_name(namespaced.namespace, namespaced.name) as name,
        namespaced.other_namespace,
        silver.spelled_name(namespaced.other_namespace, namespaced.other_name) as other_name,
        namespaced.other_type
    from namespaced
),

stated as (
    select spelled.*
    from spelled
    where (spelled.namespace, spelled.name) != (spelled.other_namespace, spelled.other_name)
),

name as (
    select distinct
        stated.namespace,
        stated.name
    from stated
    union
    select
        stated.other_namespace,
        stated.other_name
    from stated
),

ranked as (
    select
        name.namespace,
        name.name,
        row_number() over (
            order by
                (coalesce(bool_or(stated.other_type = 'TABLE'), false)) desc,
                name.namespace,
                name.name
        ) as rank
    from name
    left join stated
        on name.namespace = stated.other_namespace and name.name = stated.other_name
    group by name.namespace, name.name
),

link as (
    select
        one.rank as one,
        other.rank as other
    from stated
    inner join ranked as one
        on stated.namespace = one.namespace and stated.name = one.name
    inner join ranked as other
        on stated.other_namespace = other.namespace and stated.other_name = other.name
),

neighbour as (
    select
        link.one,
        link.other
    from link
    union
    select
        link.other,
        link.one
    from link
),

least_reached (rank, canonical) using key (rank) as (
    select
        ranked.rank,
        ranked.rank
    from ranked
    union
    select
        neighbour.other,
        min(least_reached.canonical)
    from least_reached
    inner join neighbour on least_reached.rank = neighbour.one
    inner join recurring.least_reached as so_far on neighbour.other = so_far.rank
    where least_reached.canonical < so_far.canonical
    group by neighbour.other
),

grouped as (
    select
        member.namespace,
        member.name,
        canonical.namespace as canonical_namespace,
        canonical.name as canonical_name,
        count(*) over (partition by least_reached.canonical) as group_size
    from least_reached
    inner join ranked as member on least_reached.rank = member.rank
    inner join ranked as canonical on least_reached.canonical = canonical.rank
)

select
    grouped.*,
    grouped.group_size <= getvariable('max_alias_group') as is_joined
from grouped;
