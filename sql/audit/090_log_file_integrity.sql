-- object: audit.log_file_integrity
-- kind: view
-- grain: one row per log file that digests of CloudTrail list, by its place in S3, and one per scanned CloudTrail file that none lists
-- sources: silver.log_listing, audit.log_digest, silver.log_reading
-- clause: files are matched by their own names, wherever they lie and whether packed or not
-- clause: a digest says the SHA-256 of the decompressed log file; what was scanned under that name is compared with it, every content that was ever read, since all of them are in audit.event
-- clause: of digests that list the same file the proven ones count, then those without proof; an invalid one proves nothing
-- column log_name: the file's own name, without .gz or .zst
-- column s3_bucket: where CloudTrail put it; null if no digest lists it
-- column s3_object: where CloudTrail put it; null if no digest lists it
-- column status: intact, altered (something else was scanned under its name), missing (it never landed), unlisted, or unverifiable (listed by invalid digests alone, hashed otherwise, or read in parts by an earlier release)
-- column signature_status: of the digest that says so: valid, invalid or unverifiable; intact by an unverifiable digest is not proven
-- column listed_sha256: what the digest says of it
-- column scanned_sha256: what was scanned; of several contents the one that differs
-- column digest_sha256: the digest that says so, the earliest of several: see audit.log_digest
-- column source_file: where it was read; of several files one that differs
create or replace view audit.log_file_integrity as
with listing as (
    select
        listed.s3_bucket,
        listed.s3_object,
        listed.log_name,
        listed.log_sha256,
        listed.hash_algorithm,
        listed.digest_sha256,
        digest.signature_status,
        digest.to_at,
        case digest.signature_status when 'valid' then 1 when 'unverifiable' then 2 else 3 end
            as trust
    from silver.log_listing as listed
    inner join audit.log_digest as digest on listed.digest_sha256 = digest.digest_sha256
),

trusted as (
    select listing.*
    from listing
    qualify
        listing.trust
        = min(listing.trust) over (partition by listing.s3_bucket, listing.s3_object)
),

compared as (
    select
        trusted.*,
        reading.source_file,
        coalesce(reading.log_sha256, reading.first_sha256) as scanned_sha256,
        case
            when reading.source_file is null then 'missing'
            when trusted.trust = 3 or trusted.hash_algorithm != 'SHA-256' then 'unverifiable'
            when reading.log_sha256 is not null and not reading.is_torn
                then case when reading.log_sha256 = trusted.log_sha256 then 'intact' else 'altered' end
            -- What begins with the whole log and goes on is another file; else parts tell nothing.
            when reading.is_torn or reading.first_sha256 = trusted.log_sha256 then 'altered'
            else 'unverifiable'
        end as status
    from trusted
    left join silver.log_reading as reading on trusted.log_name = reading.log_name
),

-- One of them: the gravest, then the earliest.
decided as (
    select compared.*
    from compared
    qualify
        row_number() over (
            partition by compared.s3_bucket, compared.s3_object
            order by
                case compared.status when 'altered' then 1 when 'unverifiable' then 2 else 3 end,
                compared.to_at,
                compared.digest_sha256,
                compared.source_file,
                compared.scanned_sha256
        ) = 1
),

unlisted as (
    select
        reading.log_name,
        reading.source_file,
        last(reading.log_sha256 order by reading.reading) as scanned_sha256
    from silver.log_reading as reading
    anti join silver.log_listing as listed on reading.log_name = listed.log_name
    where reading.is_log
    group by reading.log_name, reading.source_file
)

select
    decided.log_name,
    decided.s3_bucket,
    decided.s3_object,
    decided.status,
    decided.signature_status,
    decided.log_sha256 as listed_sha256,
    decided.scanned_sha256,
    decided.digest_sha256,
    decided.source_file
from decided
union all
select
    unlisted.log_name,
    null as s3_bucket,
    null as s3_object,
    'unlisted' as status,
    null as signature_status,
    null as listed_sha256,
    unlisted.scanned_sha256,
    null as digest_sha256,
    unlisted.source_file
from unlisted;
