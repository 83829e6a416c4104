-- object: quality.build
-- kind: ground
-- grain: one row; what the warehouse was built with
-- column built_with_sha256: digest of the settings and of the SQL files that it was built with
create table if not exists quality.build (
    built_with_sha256 varchar not null
);

comment on table quality.build is 'one row; what the warehouse was built with';
comment on column quality.build.built_with_sha256 is
'digest of the settings and of the SQL files that it was built with';
