-- object: silver.code_facet
-- kind: facts
-- grain: one row per facet body that says exactly which code a job ran
-- sources: bronze.source_code_location, bronze.source_code, bronze.sql
-- clause: OpenLineage SourceCodeLocationJobFacet 1-1-0: version is the deployed one; a branch or a tag may move
-- column code: the address and its version, or a digest of the code or the query
create table if not exists silver.code_facet (facet_digest blob, code varchar);

insert into silver.code_facet
with stated as (
    select
        location.facet_digest,
        concat_ws(
            ' ', location.type, coalesce(location.repo_url, location.url), location.path,
            location.version
        ) as code
    from bronze.source_code_location as location
    where location.version is not null
    union
    select
        source.facet_digest,
        'sha256 ' || source.code_sha256
    from bronze.source_code as source
    union
    select
        query.facet_digest,
        'sql sha256 ' || sha256(query.query)
    from bronze.sql as query
)

select stated.*
from stated
anti join silver.code_facet as known on stated.facet_digest = known.facet_digest;
