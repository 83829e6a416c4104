-- object: ask.report_unexplained
-- kind: ask
-- grain: one row per dataset that runs read and that the stated lineage of their outputs does not use, read most often first, $most at most
-- sources: lineage.unexplained_input
-- clause: total_count: how many datasets there are
select
    input.dataset_node_id,
    count(distinct input.job_node_id) as job_count,
    count(*) as run_count,
    count(*) over () as total_count
from lineage.unexplained_input as input
group by input.dataset_node_id
order by run_count desc, input.dataset_node_id
limit $most;
