-- object: ask.report_log_file
-- kind: ask
-- grain: one row per status: how many log files of CloudTrail have it by their digests
-- sources: audit.log_file_integrity
select
    log_file.status,
    count(*) as file_count
from audit.log_file_integrity as log_file
group by all
order by all;
