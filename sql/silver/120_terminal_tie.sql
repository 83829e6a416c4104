-- object: quality.terminal_tie
-- kind: facts
-- grain: one row per run with terminal events of different kinds at the same, latest time
-- sources: bronze.event, step.touched_run, quality.flag
-- column run_id: the run; FAIL counts before ABORT before COMPLETE
-- column states: the states that were sent
create table if not exists quality.terminal_tie (run_id varchar, states varchar[]);

delete from quality.terminal_tie
where run_id in (select touched.run_id from step.touched_run as touched);

insert into quality.terminal_tie
with terminal as (
    select
        event.run_id,
        event.event_type,
        event.event_ns,
        max(event.event_ns) over (partition by event.run_id) as last_ns
    from bronze.event as event
    semi join step.touched_run as touched on event.run_id = touched.run_id
    where event.kind = 'run' and event.event_type in ('COMPLETE', 'FAIL', 'ABORT')
)

select
    terminal.run_id,
    list_sort(list_distinct(list(terminal.event_type))) as states
from terminal
where terminal.event_ns = terminal.last_ns
group by terminal.run_id
having count(distinct terminal.event_type) > 1;

delete from quality.flag
where
    flag = 'terminal_tie'
    and event_id in (
        select lower(hex(event.event_id))
        from bronze.event as event
        semi join step.touched_run as touched on event.run_id = touched.run_id
    );

insert into quality.flag
select distinct
    lower(hex(event.event_id)) as event_id,
    'terminal_tie' as flag,
    'the run ended in several ways at the same time' as detail
from bronze.event as event
inner join quality.terminal_tie as tie on event.run_id = tie.run_id
semi join step.touched_run as touched on event.run_id = touched.run_id
where event.event_type in ('COMPLETE', 'FAIL', 'ABORT')
qualify event.event_ns = max(event.event_ns) over (partition by event.run_id);
