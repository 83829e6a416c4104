-- object: quality.coverage
-- kind: view
-- grain: one row: what answers about lineage rest on, and what is missing from it; of audit logs see audit.source
-- sources: quality.coverage_at
-- clause: of a past known time see quality.coverage_at
-- column event_count: events taken in
-- column quarantined_count: records set aside
-- column facet_count: facets set aside
-- column torn_file_count: files whose last record was unfinished when last scanned
-- column open_run_count: runs without a terminal event
-- column unexplained_count: inputs that no stated lineage uses
-- column large_group_count: groups of names that symlinks join and that are too large to be believed
-- column last_event_at: the latest event time
-- column known_at: the last scan
create or replace view quality.coverage as
select covered.*
from quality.coverage_at(null) as covered;
