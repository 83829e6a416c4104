-- object: audit.log_digest
-- kind: view
-- grain: one row per digest of CloudTrail's log files that has landed, by the SHA-256 of its content
-- sources: silver.log_digest, silver.log_proof, silver.log_link
-- clause: AWS CloudTrail User Guide, Custom implementations of CloudTrail log file integrity validation
-- clause: valid rests on the lists of public keys that have landed: whoever may write there may add a key, so compare key_fingerprint with what AWS tells you
-- column digest_sha256: SHA-256 of its decompressed content
-- column account_id: the account whose events the log files hold
-- column trail_name: the trail, by the name of the digest
-- column region: the region whose events the log files hold
-- column home_region: the region of the trail
-- column is_backfill: whether it lists log files that came too late for the digest of their hour
-- column from_at: the hour that it is about begins
-- column to_at: that hour ends
-- column s3_bucket: where CloudTrail put it
-- column s3_object: where CloudTrail put it, and its name
-- column log_count: how many log files it lists; none in an hour without events
-- column previous_s3_object: the digest before it, by what it says; null if it says that there is none
-- column key_fingerprint: the key that it says it is signed with
-- column signature_status: valid, invalid, or unverifiable for want of a signature or a key
-- column unverifiable_reason: no_key, no_signature, keys_differ (two keys of one fingerprint), other_algorithm or unusable_key
-- column chain_status: broken (the digest before it is not the one that it names by hash and signature), overlapping (another speaks of the same time), gap (the one before it has not landed, or it names none though older ones landed), starts (it names none, and none older landed) or ok
-- column source_file: where it was read first
-- column ingested_at: the clock of that scan
create or replace view audit.log_digest as
with proven as (
    select
        digest.*,
        proof.signature_status,
        proof.unverifiable_reason,
        link.names_one,
        link.has_landed,
        link.fits,
        -- A digest that is no digest of AWS says nothing of another's time.
        case when proof.signature_status != 'invalid' then digest.started_at end as told_from_at,
        case when proof.signature_status != 'invalid' then digest.ended_at end as told_to_at
    from silver.log_digest as digest
    inner join silver.log_proof as proof on digest.digest_sha256 = proof.digest_sha256
    inner join silver.log_link as link on digest.digest_sha256 = link.digest_sha256
),

placed as (
    select
        proven.*,
        max(proven.told_to_at) over before_it as ended_before_at,
        min(proven.told_from_at) over after_it as begun_after_at
    from proven
    window
        before_it as (
            partition by
                proven.account_id,
                proven.trail_name,
                proven.region,
                proven.home_region,
                proven.is_backfill
            order by proven.started_at, proven.ended_at, proven.digest_sha256
            rows between unbounded preceding and 1 preceding
        ),
        after_it as (
            partition by
                proven.account_id,
                proven.trail_name,
                proven.region,
                proven.home_region,
                proven.is_backfill
            order by proven.started_at, proven.ended_at, proven.digest_sha256
            rows between 1 following and unbounded following
        )
)

select
    placed.digest_sha256,
    placed.account_id,
    placed.trail_name,
    placed.region,
    placed.home_region,
    placed.is_backfill,
    placed.started_at as from_at,
    placed.ended_at as to_at,
    placed.s3_bucket,
    placed.s3_object,
    placed.log_count,
    placed.previous_s3_object,
    placed.key_fingerprint,
    placed.signature_status,
    placed.unverifiable_reason,
    case
        when placed.has_landed and not placed.fits then 'broken'
        when
            placed.trail_name is not null
            and (
                coalesce(placed.ended_before_at > placed.started_at, false)
                or coalesce(placed.begun_after_at < placed.ended_at, false)
            )
            then 'overlapping'
        when placed.names_one and not placed.has_landed then 'gap'
        when placed.names_one then 'ok'
        when placed.trail_name is not null and placed.ended_before_at is not null then 'gap'
        else 'starts'
    end as chain_status,
    placed.source_file,
    placed.ingested_at
from placed;
