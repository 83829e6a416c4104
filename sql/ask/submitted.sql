-- object: ask.submitted
-- kind: ask
-- grain: one row: the submission of a version that stands at an instant; null if none does
-- sources: governance.submission_at
select arg_max(submission, submitted_at) as submission
from governance.submission_at($rules, $version, $as_of);
