-- object: silver.artifact_digest
-- kind: ground
-- grain: scalar; a SHA-256 as 64 lower hex digits, from text with or without sha256: before it; null where it is none
create or replace macro silver.artifact_digest(written) as
nullif(regexp_extract(lower(trim(written)), '^(?:sha256:)?([0-9a-f]{64})$', 1), '');
