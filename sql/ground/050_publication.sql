-- object: quality.publication
-- kind: ground
-- grain: one row per batch that the warehouse has taken in
-- column batch_id: the batch
-- column known_at: the clock of its scan: from then on its content was known
-- column settings_sha256: digest of the settings that it was built with
create table if not exists quality.publication (
    batch_id varchar primary key,
    known_at timestamptz not null,
    settings_sha256 varchar not null
);
