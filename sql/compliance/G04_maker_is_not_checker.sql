-- object: control.G04
-- kind: control
-- grain: one row per approval of a version
-- sources: step.approved, step.version, step.in_service, step.person
-- clause: makers are who trained it, who submitted it and who deployed it, each as the person behind the account
-- clause: a trainer whom the policy knows neither as a person nor as a service cannot be told from the approver
with made as (
    select
        version.version_node_id,
        version.model_node_id,
        version.trainer,
        trainer.person_id as trainer_id,
        trainer.account is not null as is_known
    from step.version as version
    left join step.person as trainer on version.trainer = trainer.account
),

deployed as (
    select
        service.version_node_id,
        list(distinct person.person_id) as people
    from step.in_service as service, unnest(service.deployers) as deployer(account)
    inner join step.person as person on deployer.account = person.account
    where person.person_id is not null
    group by service.version_node_id
)

select
    made.model_node_id as scope,
    approved.act_id as object_id,
    approved.is_person and (made.trainer is null or made.is_known) as is_tested,
    case
        when approved.person_id = made.trainer_id
            then
                approved.person_id
                || ' approved '
                || approved.version_node_id
                || ' at stage '
                || approved.stage
                || ' and trained it'
        when approved.person_id = approved.submitter_id
            then
                approved.person_id
                || ' approved '
                || approved.version_node_id
                || ' at stage '
                || approved.stage
                || ' and submitted it'
        when list_contains(deployed.people, approved.person_id)
            then
                approved.person_id
                || ' approved '
                || approved.version_node_id
                || ' at stage '
                || approved.stage
                || ' and deployed it'
    end as finding,
    case
        when not approved.is_person then 'the policy does not know who ' || approved.actor_id || ' is'
        when made.trainer is not null and not made.is_known
            then
                'the policy does not know who ' || made.trainer || ' is, who trained ' || made.version_node_id
    end as missing,
    approved.valid_from_at as since_at,
    [approved.act_id] as evidence
from step.approved as approved
inner join made on approved.version_node_id = made.version_node_id
left join deployed on approved.version_node_id = deployed.version_node_id;
