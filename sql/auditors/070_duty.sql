-- object: compliance.duty
-- kind: view
-- grain: one row per (version, what was done about it, account that did it)
-- sources: registry.model_version, registry.deployment, governance.submission, governance.approval, governance.waiver, governance.break_glass, governance.account, silver.record
-- clause: whoever reviewed the break-glass, whether the review counts or not
-- clause: each record of a validation counts, also where a later one took its place: it was done
-- clause: each account as the person behind it by the policy of now; a service is nobody
-- limits: what people did outside of registries, platforms and acts, and accounts that several people share
-- column version_node_id: the version
-- column duty: trained, submitted, deployed, broke the glass, approved, waived, validated or reviewed the break-glass
-- column of: the stage of an approval, the gate of a waiver, the deployment; empty if there is none
-- column account: as its source names it
-- column person_id: whose it is; null: a service's, or nobody knows
-- column basis: declared, name, service, job (of lineage), or null: the policy does not know the account
-- column done_at: when
-- column evidence: what says so
create or replace view compliance.duty as
with done as (
    select distinct
        version.version_node_id,
        'trained' as duty,
        '' as of,
        version.trainer as account,
        version.registered_at as done_at,
        version.source as evidence
    from registry.model_version as version
    where version.known_to_at is null and version.trainer is not null
    union all
    select distinct
        deployment.version_node_id,
        'deployed' as duty,
        deployment.deployment_node_id as of,
        deployment.deployed_by as account,
        deployment.valid_from_at as done_at,
        deployment.evidence
    from registry.deployment as deployment
    where
        deployment.known_to_at is null
        and deployment.deployed_by is not null
        and deployment.version_node_id is not null
    union all
    select
        submission.version_node_id,
        'submitted' as duty,
        '' as of,
        submission.submitted_by as account,
        submission.valid_from_at as done_at,
        submission.act_id as evidence
    from governance.submission as submission
    where submission.known_to_at is null
    union all
    select
        approval.version_node_id,
        'approved' as duty,
        approval.stage as of,
        approval.actor_id as account,
        approval.valid_from_at as done_at,
        approval.act_id as evidence
    from governance.approval as approval
    where
        approval.known_to_at is null
        and approval.decision = 'approved'
        and approval.stage != 'break-glass-review'
    union all
    select
        waiver.version_node_id,
        'waived' as duty,
        waiver.gate as of,
        waiver.actor_id as account,
        waiver.valid_from_at as done_at,
        waiver.act_id as evidence
    from governance.waiver as waiver
    where waiver.known_to_at is null
    union all
    select
        broken.version_node_id,
        'broke the glass' as duty,
        '' as of,
        broken.actor_id as account,
        broken.valid_from_at as done_at,
        broken.act_id as evidence
    from governance.break_glass as broken
    where broken.known_to_at is null
    union all
    select
        review.version_node_id,
        'reviewed the break-glass' as duty,
        '' as of,
        review.actor_id as account,
        review.valid_from_at as done_at,
        review.act_id as evidence
    from governance.approval as review
    where review.known_to_at is null and review.stage = 'break-glass-review'
    union all
    select
        version.version_node_id,
        'validated' as duty,
        '' as of,
        record.body ->> '$.validator' as account,
        silver.begin_of(record.body ->> '$.validated_on') as done_at,
        record.record_id as evidence
    from silver.record as record
    inner join (
        select distinct
            version.version_node_id,
            version.model_node_id,
            version.name,
            version.version
        from registry.model_version as version
        where version.known_to_at is null
    ) as version
        on
            (record.model = version.name or record.model = version.model_node_id)
            and (record.version is null or record.version = version.version)
    where record.kind = 'validation'
)

select
    done.version_node_id,
    done.duty,
    done.of,
    done.account,
    account.person_id,
    coalesce(account.basis, if(starts_with(done.account, 'job:'), 'job', null)) as basis,
    done.done_at,
    done.evidence
from done
left join governance.account as account
    on done.account = account.account and account.known_to_at is null and account.valid_to_at is null;
