-- object: ask.card_facts
-- kind: ask
-- grain: one row: what evidence says of a version, as JSON in the form of `CardFacts`
-- sources: registry.model_version, registry.model, registry.version_dataset, registry.evaluation, registry.serving, registry.deployment, registry.incident, registry.operation, registry.card, governance.approval_at, governance.approval, lineage.upstream, lineage.alias, lineage.node_history, lineage.run_history, lineage.classification
-- clause: nothing that ended or happened after the instant is told, only that it lasts
-- clause: what two registries tell of one version is taken from the first that says it: mlflow, sagemaker, files
-- clause: where no registry names what a version was trained on, the training sets count that lineage has right behind it
-- clause: an approval that merely expired is one; of any other that does not count, the decision says why
-- clause: known_datasets: of what the written card names, the datasets that lineage knows

-- noqa: disable=references.qualification,layout.indent
with asked as (
    select
        $version::varchar as version_node_id,
        $as_of::timestamptz as as_of,
        $known_at::timestamptz as known_at
),

registered as materialized (
    select
        model_version.*,
        list_position(['mlflow', 'sagemaker', 'files'], model_version.source) as place,
        'registry ' || model_version.source || ', ' || model_version.name || ' '
        || model_version.version as evidence
    from registry.model_version as model_version
    inner join asked on model_version.version_node_id = asked.version_node_id
    where
        governance.stands(model_version.valid_from_at, model_version.valid_to_at, asked.as_of)
        and graph.holds(model_version.known_from_at, model_version.known_to_at, asked.known_at)
),

version as materialized (
    select
        any_value(registered.model_node_id) as model_node_id,
        arg_min(registered.evidence, registered.place) as registration,
        arg_min(registered.registered_at, registered.place) as registered_at,
        arg_min({ 'value': registered.owner, 'evidence': registered.evidence }, registered.place)
            filter (where registered.owner is not null) as owner,
        arg_min(
            { 'value': registered.artifact_sha256, 'evidence': registered.evidence },
            registered.place
        ) filter (where registered.artifact_sha256 is not null) as artifact_sha256,
        arg_min(
            { 'value': registered.code, 'evidence': 'run ' || registered.run_id }, registered.place
        ) filter (where registered.code is not null) as code,
        arg_min(
            { 'value': registered.run_id, 'evidence': 'run ' || registered.run_id },
            registered.place
        ) filter (where registered.run_id is not null) as training_run,
        arg_min(registered.openlineage_run_id, registered.place) as openlineage_run_id,
        arg_min(registered.parameters, registered.place) as parameters
    from registered
),

parameter as (
    select json_group_object(entry.key, coalesce(entry.value ->> '$', '')) as parameters
    from version, json_each(version.parameters) as entry
),

trained as (
    select max(run.ended_at) as trained_at
    from lineage.run_history as run
    inner join version on run.run_id = version.openlineage_run_id
    cross join asked
    where
        run.ended_at <= asked.as_of
        and graph.holds(run.known_from_at, run.known_to_at, asked.known_at)
),

modelled as (
    select
        model.*,
        (model.valid_from_at, -list_position(['mlflow', 'sagemaker', 'files'], model.source))
            as place,
        'registry ' || model.source || ', ' || model.name as evidence
    from registry.model as model
    inner join version on model.model_node_id = version.model_node_id
    cross join asked
    where
        governance.stands(model.valid_from_at, model.valid_to_at, asked.as_of)
        and graph.holds(model.known_from_at, model.known_to_at, asked.known_at)
),

claimed as (
    select
        arg_max({ 'value': modelled.team, 'evidence': modelled.evidence }, modelled.place)
            filter (where modelled.team is not null) as team,
        arg_max({ 'value': modelled.risk_tier, 'evidence': modelled.evidence }, modelled.place)
            filter (where modelled.risk_tier is not null) as tier
    from modelled
),

behind as materialized (
    select
        upstream.node_id,
        upstream.depth,
        coalesce(upstream.stage, 'unknown') as stage
    from lineage.upstream(
        $version, as_of := $as_of::timestamptz, known_at := $known_at::timestamptz
    ) as upstream
    where upstream.depth > 0 and upstream.kind = 'dataset'
),

listed as materialized (
    select dataset.*
    from registry.version_dataset as dataset
    inner join asked on dataset.version_node_id = asked.version_node_id
    where
        governance.stands(dataset.valid_from_at, dataset.valid_to_at, asked.as_of)
        and graph.holds(dataset.known_from_at, dataset.known_to_at, asked.known_at)
),

registered_training as (
    select count(*) as dataset_count
    from listed
    where listed.context = 'training'
),

used as materialized (
    select
        listed.context,
        coalesce(listed.dataset_node_id, listed.dataset_name) as node_id,
        listed.dataset_name as name,
        coalesce(listed.dataset_digest, '') as digest,
        'document ' || lower(hex(listed.document_id)) as evidence
    from listed
    union all
    select
        'training' as context,
        behind.node_id,
        '' as name,
        '' as digest,
        'lineage of ' || asked.version_node_id as evidence
    from behind
    cross join asked
    cross join registered_training
    where behind.depth = 1 and behind.stage = 'training' and registered_training.dataset_count = 0
),

alias as materialized (
    select
        alias.node_id,
        list_sort(list(distinct alias.alias_node_id)) as aliases
    from lineage.alias as alias
    cross join asked
    where
        graph.holds(alias.known_from_at, alias.known_to_at, asked.known_at)
        and (
            alias.node_id in (select behind.node_id from behind)
            or alias.node_id in (select used.node_id from used)
        )
    group by alias.node_id
),

personal as materialized (
    select
        classified.node_id,
        list_sort(list(distinct classified.key || '=' || classified.value)) as tags
    from lineage.classification(
        as_of := $as_of::timestamptz, known_at := $known_at::timestamptz, only_node := $version
    ) as classified
    where
        classified.category in ('personal-data', 'special-category')
        and classified.status in ('declared', 'derived')
    group by classified.node_id
),

dataset as (
    select
        used.context,
        list_sort(
            list(
                distinct {
                    'node_id': used.node_id,
                    'name': used.name,
                    'digest': used.digest,
                    'aliases': coalesce(alias.aliases, []),
                    'personal_data': personal.tags,
                    'evidence': used.evidence
                }
            )
        ) as datasets
    from used
    left join alias on used.node_id = alias.node_id
    left join personal on used.node_id = personal.node_id
    group by used.context
),

data as (
    select
        any_value(dataset.datasets) filter (where dataset.context = 'training') as training,
        any_value(dataset.datasets) filter (where dataset.context = 'evaluation') as evaluation
    from dataset
),

metric as (
    select
        list_sort(
            list(
                distinct {
                    'metric': evaluation.metric,
                    'slice': evaluation.slice,
                    'value': evaluation.value,
                    'dataset_name': coalesce(evaluation.dataset_name, ''),
                    'dataset_digest': coalesce(evaluation.dataset_digest, ''),
                    'run_id': coalesce(evaluation.run_id, ''),
                    'measured_at': epoch_us(evaluation.measured_at),
                    'document_id': lower(hex(evaluation.document_id))
                }
            )
        ) as metrics
    from registry.evaluation as evaluation
    inner join asked on evaluation.version_node_id = asked.version_node_id
    where
        evaluation.phase = 'evaluation'
        and isfinite(evaluation.value)
        and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, asked.as_of)
        and graph.holds(evaluation.known_from_at, evaluation.known_to_at, asked.known_at)
),

held as (
    select
        approval.act_id,
        any_value(approval.conditions) as conditions
    from governance.approval as approval
    inner join asked on approval.version_node_id = asked.version_node_id
    where graph.holds(approval.known_from_at, approval.known_to_at, asked.known_at)
    group by approval.act_id
),

condition as (
    select
        approval.act_id,
        list(entry.value ->> '$.text' order by entry.key::integer) as conditions
    from held as approval, json_each(approval.conditions) as entry
    group by approval.act_id
),

approval as (
    select
        list(
            {
                'stage': said.stage,
                'actor': said.person_id,
                'at': epoch_us(said.decided_at),
                'decision': if(
                    len(list_filter(
                        said.objections, lambda objection: not starts_with(objection, 'expired ')
                    )) = 0,
                    said.decision,
                    said.decision || ', but does not count: '
                    || array_to_string(said.objections, '; ')
                ),
                'expires_on': coalesce(
                    strftime((said.ends_at - interval 1 microsecond) at time zone 'UTC', '%Y-%m-%d'),
                    ''
                ),
                'conditions': coalesce(condition.conditions, []),
                'act': said.act_id
            }
            order by said.decided_at, said.act_id
        ) as approvals
    from governance.approval_at($rules, $version, $as_of, known_at := $known_at) as said
    left join condition on said.act_id = condition.act_id
),

-- An environment in the word of who deploys; the namespace of a cluster only where nobody says.
environment as (
    select
        deployment.deployment_node_id,
        arg_min(
            deployment.environment,
            list_position(['cloudevents', 'sagemaker', 'openlineage'], deployment.source)
        ) as said,
        any_value(deployment.environment) as guessed
    from registry.deployment as deployment
    inner join asked on deployment.version_node_id = asked.version_node_id
    where
        deployment.valid_from_at <= asked.as_of
        and graph.holds(deployment.known_from_at, deployment.known_to_at, asked.known_at)
    group by deployment.deployment_node_id
),

deployment as (
    select
        list(
            {
                'node_id': serving.deployment_node_id,
                'environment': coalesce(environment.said, environment.guessed, ''),
                'from_at': epoch_us(serving.valid_from_at),
                'to_at': if(
                    serving.valid_to_at <= asked.as_of, epoch_us(serving.valid_to_at), null
                ),
                'evidence': array_to_string(serving.sources, ', ')
            }
            order by serving.valid_from_at, serving.deployment_node_id
        ) as deployments
    from registry.serving as serving
    inner join asked on serving.version_node_id = asked.version_node_id
    left join environment on serving.deployment_node_id = environment.deployment_node_id
    where
        serving.valid_from_at <= asked.as_of
        and graph.holds(serving.known_from_at, serving.known_to_at, asked.known_at)
),

incident as (
    select
        list_sort(
            list(
                distinct {
                    'name': coalesce(incident.name, ''),
                    'severity': coalesce(incident.severity, ''),
                    'opened_at': epoch_us(incident.opened_at),
                    'closed_at': if(
                        incident.closed_at <= asked.as_of, epoch_us(incident.closed_at), null
                    ),
                    'evidence': incident.incident_id
                }
            )
        ) as incidents
    from registry.incident as incident
    inner join asked on incident.version_node_id = asked.version_node_id
    where
        incident.opened_at <= asked.as_of
        and graph.holds(incident.known_from_at, incident.known_to_at, asked.known_at)
),

operation as (
    select
        operation.operation,
        arg_max(
            {
                'at': epoch_us(operation.occurred_at),
                'evidence': 'event ' || operation.evidence
            },
            (operation.occurred_at, operation.evidence)
        ) as told
    from registry.operation as operation
    inner join asked on operation.version_node_id = asked.version_node_id
    where
        (
            (
                operation.operation = 'monitoring_configured'
                and coalesce(operation.outcome, 'unknown') not in ('failure', 'denied')
            )
            or (operation.operation = 'rollback_tested' and operation.outcome = 'success')
        )
        and operation.occurred_at <= asked.as_of
        and graph.holds(operation.known_from_at, operation.known_to_at, asked.known_at)
    group by operation.operation
),

done as (
    select
        any_value(told) filter (where operation = 'monitoring_configured') as monitoring_configured,
        any_value(told) filter (where operation = 'rollback_tested') as rollback_tested
    from operation
),

ancestor as (
    select
        list(
            {
                'node_id': behind.node_id,
                'stage': behind.stage,
                'aliases': coalesce(alias.aliases, [])
            }
            order by behind.node_id
        ) as ancestors
    from behind
    left join alias on behind.node_id = alias.node_id
),

named as (
    select distinct entry.atom ->> '$' as name
    from registry.card as card
    inner join asked on card.version_node_id = asked.version_node_id,
        json_tree(card.body) as entry
    where
        entry.type = 'VARCHAR'
        and graph.holds(card.known_from_at, card.known_to_at, asked.known_at)
),

identifier as (
    select alias.alias_node_id as name
    from lineage.alias as alias
    inner join asked
        on graph.holds(alias.known_from_at, alias.known_to_at, asked.known_at)
    union all
    select node.node_id as name
    from lineage.node_history as node
    inner join asked
        on graph.holds(node.known_from_at, node.known_to_at, asked.known_at)
    where node.kind = 'dataset'
),

known as (
    select list(distinct identifier.name order by identifier.name) as datasets
    from identifier
    semi join named on identifier.name = named.name
)

select
    to_json(
        {
            'version_node_id': asked.version_node_id,
            'as_of': epoch_us(asked.as_of),
            'registration': version.registration,
            'registered_at': epoch_us(version.registered_at),
            'trained_at': epoch_us(trained.trained_at),
            'owner': version.owner,
            'team': claimed.team,
            'tier': claimed.tier,
            'artifact_sha256': version.artifact_sha256,
            'code': version.code,
            'training_run': version.training_run,
            'parameters': parameter.parameters,
            'training': coalesce(data.training, []),
            'evaluation': coalesce(data.evaluation, []),
            'metrics': coalesce(metric.metrics, []),
            'approvals': coalesce(approval.approvals, []),
            'deployments': coalesce(deployment.deployments, []),
            'incidents': coalesce(incident.incidents, []),
            'monitoring_configured': done.monitoring_configured,
            'rollback_tested': done.rollback_tested,
            'ancestors': ancestor.ancestors,
            'known_datasets': coalesce(known.datasets, [])
        }
    )::varchar as facts
from asked
cross join version
cross join trained
cross join parameter
cross join claimed
cross join data
cross join done
cross join metric
cross join approval
cross join deployment
cross join incident
cross join ancestor
cross join known;
