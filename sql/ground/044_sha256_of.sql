-- object: silver.sha256_of
-- kind: ground
-- grain: scalar; a SHA-256 in 64 signs of lower hex from how people write it; null if it is none
create or replace macro silver.sha256_of(written) as
nullif(regexp_extract(lower(written), '^(?:sha256[:-])?([0-9a-f]{64})$', 1), '');
