-- object: step.spells
-- kind: ground
-- grain: one row per (owner, target, item, spell): a time in which what an owner states of a target holds
-- clause: from the first event that states it until the owner's next completed statement that writes the target without it
-- clause: what a job event states ends with the job's next job event, too; it never ends what runs state
-- column stated: a table of what is stated: statement_id, owner_id, target_node_id, item, origin, stated_ns, completed_ns
-- column written: a table of what can end it: statement_id, owner_id, target_node_id, origin, completed_ns

-- noqa: disable=layout.indent,references.qualification
create or replace macro step.spells(stated, written) as table
with statement as (
    select * from query_table(stated)
),

writer as (
    select * from query_table(written)
),

stated_item as (
    select distinct
        statement.owner_id,
        statement.target_node_id,
        statement.item,
        statement.origin
    from statement
),

ending as (
    select
        stated_item.*,
        writer.statement_id,
        writer.completed_ns
    from stated_item
    inner join writer
        on
            stated_item.owner_id = writer.owner_id
            and stated_item.target_node_id = writer.target_node_id
    where writer.origin in ('run', stated_item.origin)
    union
    select
        stated_item.*,
        writer.statement_id,
        writer.completed_ns
    from stated_item
    inner join writer on stated_item.owner_id = writer.owner_id
    where writer.origin = 'job' and stated_item.origin = 'job'
),

moment as (
    select
        statement.owner_id,
        statement.target_node_id,
        statement.item,
        statement.origin,
        unnest([statement.stated_ns, greatest(statement.stated_ns, statement.completed_ns)])
            as moment_ns,
        true as is_stated
    from statement
    union all
    select
        ending.owner_id,
        ending.target_node_id,
        ending.item,
        ending.origin,
        ending.completed_ns as moment_ns,
        false as is_stated
    from ending
    anti join statement
        on
            ending.statement_id = statement.statement_id
            and ending.target_node_id = statement.target_node_id
            and ending.item = statement.item
    where ending.origin != 'registry'
),

numbered as (
    select
        moment.*,
        count(*) filter (where not moment.is_stated) over (
            partition by moment.owner_id, moment.target_node_id, moment.item, moment.origin
            order by moment.moment_ns, moment.is_stated
            rows between unbounded preceding and current row
        ) as endings
    from moment
),

spell as (
    select
        numbered.owner_id,
        numbered.target_node_id,
        numbered.item,
        numbered.origin,
        numbered.endings,
        min(numbered.moment_ns) filter (where numbered.is_stated) as from_ns,
        min(numbered.moment_ns) filter (where not numbered.is_stated) as ended_ns
    from numbered
    group by all
),

bounded as (
    select
        spell.*,
        coalesce(
            lead(spell.ended_ns) over (
                partition by spell.owner_id, spell.target_node_id, spell.item, spell.origin
                order by spell.endings
            ),
            9223372036854775807
        ) as to_ns
    from spell
)

select
    bounded.owner_id,
    bounded.target_node_id,
    bounded.item,
    bounded.from_ns,
    bounded.to_ns
from bounded
where bounded.from_ns is not null;
