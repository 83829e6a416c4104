-- object: compliance.sample
-- kind: macro
-- grain: one row per member of a population that is drawn, in the order in which it was
-- sources: compliance.population
-- clause: the same population and seed draw the same members, whoever asks: members are put in the order of SHA-256 of the seed, a colon and the member
-- clause: method random: the first of that order; stratified: of each stratum its share, at least one while the size allows; interval: every nth by time and member, from a place that the seed gives
-- clause: population: as in compliance.population; seed: any text, to be fixed before the population is looked at; size: how many
-- clause: drawn: its place in the sample; member_count: of how many; population_md5: over all members, whatever their order: another one is another population
-- limits: whether the seed was chosen after looking, and members that the population lacks

-- noqa: disable=layout.indent,references.qualification,aliasing.self_alias.column
create or replace macro compliance.sample(population, seed, size := 25, method := 'random') as table
with member as (
    select
        one.member_id,
        one.stratum,
        one.occurred_at,
        sha256(seed || ':' || one.member_id) as lot
    from compliance.population as one
    where one.population = population
),

whole as (
    select
        count(*) as member_count,
        to_hex(coalesce(bit_xor(md5_number(member.member_id)), 0)) as population_md5,
        -- The first 32 bits of the digest: so many parts of 2^32 of the first interval.
        ('0x' || left(sha256(seed), 8))::hugeint as began
    from member
),

ranked as (
    select
        member.*,
        row_number() over (order by member.lot, member.member_id) as by_lot,
        row_number() over (
            partition by member.stratum
            order by member.lot, member.member_id
        ) as of_stratum,
        count(*) over (partition by member.stratum) as in_stratum,
        row_number() over (order by member.occurred_at nulls first, member.member_id) - 1 as by_time
    from member
),

shared as (
    select
        ranked.*,
        row_number() over (
            order by
                ranked.of_stratum > 1,
                if(ranked.of_stratum > 1, (ranked.of_stratum - 0.5) / ranked.in_stratum, 0),
                ranked.lot,
                ranked.member_id
        ) as by_share
    from ranked
),

drawn as (
    select
        case method
            when 'random' then shared.by_lot
            when 'stratified' then shared.by_share
            when 'interval'
                then
                    if(
                        whole.member_count <= size,
                        shared.by_time + 1,
                        list_position(
                            list_transform(
                                range(size::bigint),
                                lambda nth: (
                                    (whole.began + nth * 4294967296::hugeint) * whole.member_count
                                    // (size::hugeint * 4294967296)
                                )::bigint
                            ),
                            shared.by_time
                        )
                    )
            else error('method ' || method || ': there are random, stratified and interval')
        end as drawn,
        shared.member_id,
        shared.stratum,
        shared.occurred_at,
        whole.member_count,
        whole.population_md5
    from shared
    cross join whole
)

select
    drawn.drawn,
    population as population,
    drawn.member_id,
    drawn.stratum,
    drawn.occurred_at,
    method as method,
    seed as seed,
    drawn.member_count,
    drawn.population_md5
from drawn
where drawn.drawn between 1 and size
order by drawn.drawn;
