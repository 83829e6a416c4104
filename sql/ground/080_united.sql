-- object: step.united
-- kind: ground
-- grain: one row per (subject, from_ns): a time in which the subject holds, its spells that overlap or meet taken as one
-- column spells: a table of times in which something holds: subject (a struct of what tells it apart), from_ns, to_ns

-- noqa: disable=layout.indent,references.qualification
create or replace macro step.united(spells) as table
with apart as (
    select
        spell.subject,
        spell.from_ns,
        spell.to_ns,
        spell.from_ns > max(spell.to_ns) over (
            partition by spell.subject
            order by spell.from_ns, spell.to_ns
            rows between unbounded preceding and 1 preceding
        ) as is_apart
    from query_table(spells) as spell
),

island as (
    select
        apart.subject,
        apart.from_ns,
        apart.to_ns,
        count(*) filter (where coalesce(apart.is_apart, false)) over (
            partition by apart.subject
            order by apart.from_ns, apart.to_ns
            rows between unbounded preceding and current row
        ) as number
    from apart
)

select
    island.subject,
    min(island.from_ns) as from_ns,
    max(island.to_ns) as to_ns
from island
group by island.subject, island.number;
