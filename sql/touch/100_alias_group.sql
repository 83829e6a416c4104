-- object: silver.alias_group
-- kind: facts
-- grain: one row per dataset name that symlinks join to others, with the canonical name of its group
-- sources: silver.symlink
-- clause: names of type TABLE first, then the smallest; a group over the limit is not joined
-- column group_size: names in the group
create or replace table silver.alias_group as
with recursive name as (
    select distinct
        symlink.namespace,
        symlink.name
    from silver.symlink as symlink
    union
    select
        symlink.other_namespace,
        symlink.other_name
    from silver.symlink as symlink
),

ranked as (
    select
        name.namespace,
        name.name,
        row_number() over (
            order by
                (coalesce(bool_or(symlink.other_type = 'TABLE'), false)) desc,
                name.namespace,
                name.name
        ) as rank
    from name
    left join silver.symlink as symlink
        on name.namespace = symlink.other_namespace and name.name = symlink.other_name
    group by name.namespace, name.name
),

link as (
    select
        one.rank as one,
        other.rank as other
    from silver.symlink as symlink
    inner join ranked as one
        on symlink.namespace = one.namespace and symlink.name = one.name
    inner join ranked as other
        on symlink.other_namespace = other.namespace and symlink.other_name = other.name
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

select * from grouped;
