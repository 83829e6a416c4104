-- object: ask.submittable
-- kind: ask
-- grain: one row: what is to be frozen of a version that is submitted: artifact, card and evaluations
-- sources: governance.version_at
select
    artifact_sha256,
    card_content_sha256,
    evidence
from governance.version_at($rules, $version, $as_of);
