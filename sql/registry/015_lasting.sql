-- object: step.lasting
-- kind: ground
-- grain: one row per (subject, item, time in which it lasts): what listings show from one point to the next, put together
-- clause: valid from the point that first shows it, or from when it was made if that lies between that point and the one before
-- clause: valid until the point that shows it no more, or something else instead
-- column told: a table of what is shown from one point to another: listing, subject, first_n, last_n, item, made_at, document_id
-- column points: a table of the points of each listing: listing, n from 1 without gaps, at

-- noqa: disable=layout.indent,references.qualification,structure.unused_cte
create or replace macro step.lasting(told, points) as table
with shown as (
    select * from query_table(told)
),

compared as (
    select
        shown.*,
        lag(shown.last_n) over (
            partition by shown.listing, shown.subject order by shown.first_n
        ) as before_n,
        lag(shown.item) over (
            partition by shown.listing, shown.subject order by shown.first_n
        ) as before_item
    from shown
),

numbered as (
    select
        compared.*,
        count(*) filter (
            where compared.first_n is distinct from compared.before_n + 1
            or compared.item is distinct from compared.before_item
        ) over (
            partition by compared.listing, compared.subject
            order by compared.first_n
            rows between unbounded preceding and current row
        ) as number
    from compared
),

spell as (
    select
        numbered.listing,
        numbered.subject,
        min(numbered.first_n) as first_n,
        max(numbered.last_n) as last_n,
        arg_min(numbered.item, numbered.first_n) as item,
        arg_min_null(numbered.made_at, numbered.first_n) as made_at,
        arg_min(numbered.document_id, numbered.first_n) as document_id
    from numbered
    group by numbered.listing, numbered.subject, numbered.number
),

placed as (
    select
        spell.*,
        lag(spell.last_n) over (
            partition by spell.listing, spell.subject order by spell.first_n
        ) as before_n,
        lag(spell.made_at) over (
            partition by spell.listing, spell.subject order by spell.first_n
        ) as before_made_at,
        lead(spell.first_n) over (
            partition by spell.listing, spell.subject order by spell.first_n
        ) as after_n
    from spell
),

begun as (
    select
        placed.*,
        seen.at as seen_at,
        case
            when placed.made_at is null or placed.made_at > seen.at then seen.at
            when placed.before_n is null then placed.made_at
            when placed.made_at is not distinct from placed.before_made_at then seen.at
            when placed.made_at > before.at then placed.made_at
            else seen.at
        end as valid_from_at,
        ended.at as missed_at
    from placed
    inner join query_table(points) as seen
        on placed.listing = seen.listing and placed.first_n = seen.n
    -- Where it was shown last before, or missed since.
    left join query_table(points) as before
        on
            placed.listing = before.listing
            and before.n = if(
                placed.before_n + 1 = placed.first_n, placed.before_n, placed.before_n + 1
            )
    left join query_table(points) as ended
        on placed.listing = ended.listing and ended.n = placed.last_n + 1
)

select
    begun.listing,
    begun.subject,
    begun.item,
    begun.first_n,
    begun.last_n,
    begun.valid_from_at,
    if(
        begun.after_n = begun.last_n + 1,
        lead(begun.valid_from_at) over (
            partition by begun.listing, begun.subject order by begun.first_n
        ),
        begun.missed_at
    ) as valid_to_at,
    begun.seen_at,
    begun.document_id
from begun;
