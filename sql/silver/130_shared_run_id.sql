-- object: quality.shared_run_id
-- kind: facts
-- grain: one row per run id that events of several jobs carry
-- sources: bronze.event, step.touched_run, lineage.run, quality.flag
-- clause: OpenLineage: a run id is that of one run of one job; what it did is kept apart by job, its state and times are one
-- column run_id: the run id
-- column job_node_ids: the jobs, in the order of their identifiers; lineage.run names the one of the first event
create table if not exists quality.shared_run_id (run_id varchar, job_node_ids varchar[]);

delete from quality.shared_run_id
where run_id in (select touched.run_id from step.touched_run as touched);

insert into quality.shared_run_id
with named as (
    select distinct
        event.run_id,
        silver.node_of('job', event.job_namespace, event.job_name) as job_node_id
    from bronze.event as event
    semi join step.touched_run as touched on event.run_id = touched.run_id
    where event.kind = 'run'
)

select
    named.run_id,
    list(named.job_node_id order by named.job_node_id) as job_node_ids
from named
group by named.run_id
having count(*) > 1;

delete from quality.flag
where
    flag = 'run_id_of_another_job'
    and event_id in (
        select lower(hex(event.event_id))
        from bronze.event as event
        semi join step.touched_run as touched on event.run_id = touched.run_id
    );

insert into quality.flag
select distinct
    lower(hex(event.event_id)) as event_id,
    'run_id_of_another_job' as flag,
    'its run id is that of a run of another job, too' as detail
from bronze.event as event
semi join quality.shared_run_id as shared on event.run_id = shared.run_id
semi join step.touched_run as touched on event.run_id = touched.run_id
inner join lineage.run as run on event.run_id = run.run_id
where
    event.kind = 'run'
    and run.job_node_id != silver.node_of('job', event.job_namespace, event.job_name);
