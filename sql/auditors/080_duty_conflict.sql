-- object: compliance.duty_conflict
-- kind: view
-- grain: one row per (version, checker's duty, other duty of the same person or account about the same version)
-- sources: compliance.duty
-- clause: who makes does not check, and nobody checks at two stages: Basel Committee, Corporate governance principles for banks (2015), 12 and 13
-- clause: an account that the policy knows neither as a person's nor as a service's, of the checker or of the other, cannot be told from the other's
-- clause: what services and jobs of lineage did is nobody's
-- limits: two people who act as one, and a person whose second account the policy does not know
-- column version_node_id: the version
-- column finding: conflict, or cannot be told
-- column person_id: who did both; null if that cannot be told
-- column checked: what was checked, and at which stage or gate
-- column checked_by: the account that checked
-- column checked_at: when
-- column other: what else was done
-- column other_by: the account that did it
-- column other_at: when
-- column evidence: what says so, of both

-- noqa: disable=references.qualification
create or replace view compliance.duty_conflict as
with apart as (
    select
        pair.checking,
        pair.making
    from (
        values
        ('approved', 'trained'), ('approved', 'submitted'), ('approved', 'deployed'),
        ('waived', 'trained'), ('waived', 'submitted'), ('waived', 'deployed'),
        ('validated', 'trained'), ('validated', 'submitted'), ('validated', 'deployed'),
        ('reviewed the break-glass', 'broke the glass'), ('approved', 'approved')
    ) as pair (checking, making)
),

met as (
    select
        checker.version_node_id,
        checker.duty,
        checker.of,
        checker.account,
        checker.person_id,
        checker.done_at,
        checker.evidence,
        other,
        checker.account != other.account
        and (checker.basis is null or other.basis is null) as is_unknown
    from compliance.duty as checker
    inner join apart on checker.duty = apart.checking
    inner join compliance.duty as other
        on checker.version_node_id = other.version_node_id and apart.making = other.duty
    where
        coalesce(checker.basis, '') not in ('service', 'job')
        and coalesce(other.basis, '') not in ('service', 'job')
        and (
            checker.account = other.account
            or checker.person_id = other.person_id
            or checker.basis is null
            or other.basis is null
        )
        -- Of two approvals each pair stands once.
        and (other.duty != 'approved' or other.of > checker.of)
)

select distinct
    met.version_node_id,
    if(met.is_unknown, 'cannot be told', 'conflict') as finding,
    if(met.is_unknown, null, met.person_id) as person_id,
    trim(met.duty || ' ' || met.of) as checked,
    met.account as checked_by,
    met.done_at as checked_at,
    trim(met.other.duty || ' ' || met.other.of) as other,
    met.other.account as other_by,
    met.other.done_at as other_at,
    [met.evidence, met.other.evidence] as evidence
from met;
