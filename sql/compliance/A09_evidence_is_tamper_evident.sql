-- object: control.A09
-- kind: control
-- grain: one row per log file that digests vouch for, and account that may write logs
-- sources: audit.log_file_integrity, step.record, audit.log_digest
-- clause: a log file that only an unverifiable digest vouches for cannot be judged
-- clause: an account that may write logs must not be privileged on what they are about
select
    null as scope,
    'audit/cloudtrail/' || integrity.log_name as object_id,
    integrity.status != 'unverifiable'
    and not (integrity.status = 'intact' and integrity.signature_status = 'unverifiable') as is_tested,
    if(integrity.status in ('altered', 'missing', 'unlisted'), 'the log file is ' || integrity.status, null)
        as finding,
    if(
        integrity.status = 'unverifiable'
        or (integrity.status = 'intact' and integrity.signature_status = 'unverifiable'),
        'the signature of its digest could not be verified',
        null
    ) as missing,
    null::timestamptz as since_at,
    [integrity.digest_sha256] as evidence
from audit.log_file_integrity as integrity
where exists (select 1 from audit.log_digest)
union all
select
    null as scope,
    'account ' || record.system || ' ' || (account.value ->> '$.account') as object_id,
    true as is_tested,
    if(
        (account.value ->> '$.is_privileged')::boolean and (account.value ->> '$.can_write_logs')::boolean,
        'it is privileged and may write the logs about itself',
        null
    ) as finding,
    null as missing,
    null::timestamptz as since_at,
    [record.record_id] as evidence
from step.record as record, json_each(record.body, '$.accounts') as account
where record.kind = 'access-list' and (account.value ->> '$.can_write_logs')::boolean;
