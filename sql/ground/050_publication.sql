-- object: quality.publication
-- kind: ground
-- grain: one row per batch that the warehouse has taken in
-- column batch_id: the batch
-- column known_at: the clock of its scan: from then on its content was known
create table if not exists quality.publication (
    batch_id varchar primary key,
    known_at timestamptz not null
);

comment on table quality.publication is 'one row per batch that the warehouse has taken in';
comment on column quality.publication.batch_id is 'the batch';
comment on column quality.publication.known_at is
'the clock of its scan: from then on its content was known';
