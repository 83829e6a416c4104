-- object: governance.version_at
-- kind: macro
-- grain: one row per version that is registered at an instant: what was registered, and by whom it was trained
-- sources: registry.model_version, registry.model, registry.card, registry.evaluation, governance.person_of
-- clause: what two sources tell of one version is taken from the first that says it: mlflow, sagemaker, files
-- clause: rules: what is asked of the version, as JSON
-- clause: version: its identifier
-- clause: as_of: the instant
-- clause: known_at: by what had been told by then; null is all that was
-- clause: version_node_id: the version
-- clause: artifact_sha256: its artifact, in hex; null if nobody has registered a digest
-- clause: owner: who answers for it, as the registry names them
-- clause: owner_person_id: who that is; null if the rules do not say
-- clause: owner_basis: declared, name, service; null if the rules do not say
-- clause: trainer: who trained it, as the registry names them
-- clause: trainer_person_id: who that is; the account itself where the rules do not say
-- clause: risk_tier: the tier that the registry claims
-- clause: card_sha256: the digest of its card as it was written; null if there is none
-- clause: card_content_sha256: the digest of what its card says, its approvals left aside
-- clause: evidence: the digests of its evaluations, in order

-- noqa: disable=layout.indent,references.qualification
create or replace macro governance.version_at(rules, version, as_of, known_at := null) as table
with registered as (
    select model_version.*
    from registry.model_version as model_version
    where
        model_version.version_node_id = version
        and governance.stands(model_version.valid_from_at, model_version.valid_to_at, as_of)
        and graph.holds(model_version.known_from_at, model_version.known_to_at, known_at)
),

ranked as (
    select
        registered.*,
        list_position(['mlflow', 'sagemaker', 'files'], registered.source) as place
    from registered
),

told as (
    select
        ranked.version_node_id,
        any_value(ranked.model_node_id) as model_node_id,
        arg_min(ranked.artifact_sha256, (ranked.place, ranked.artifact_sha256)) as artifact_sha256,
        arg_min(ranked.owner, (ranked.place, ranked.owner)) as owner,
        arg_min(ranked.trainer, (ranked.place, ranked.trainer)) as trainer
    from ranked
    group by ranked.version_node_id
),

claimed as (
    select arg_max(model.risk_tier, (model.valid_from_at, model.risk_tier)) as risk_tier
    from registry.model as model
    inner join told on model.model_node_id = told.model_node_id
    where
        governance.stands(model.valid_from_at, model.valid_to_at, as_of)
        and graph.holds(model.known_from_at, model.known_to_at, known_at)
),

card as (
    select
        card.card_sha256,
        sha256(
            json_merge_patch(card.body, '{"approvals": null, "approvals_ref": null}')::varchar
        ) as card_content_sha256
    from registry.card as card
    where
        card.version_node_id = version
        and governance.stands(card.valid_from_at, card.valid_to_at, as_of)
        and graph.holds(card.known_from_at, card.known_to_at, known_at)
    order by card.valid_from_at desc, card.card_sha256
    limit 1
),

evidence as (
    select list(distinct governance.evaluation_sha256(evaluation)) as evidence
    from registry.evaluation as evaluation
    where
        evaluation.version_node_id = version
        and evaluation.phase = 'evaluation'
        and governance.stands(evaluation.valid_from_at, evaluation.valid_to_at, as_of)
        and graph.holds(evaluation.known_from_at, evaluation.known_to_at, known_at)
)

select
    told.version_node_id,
    told.artifact_sha256,
    told.owner,
    owner.person_id as owner_person_id,
    owner.basis as owner_basis,
    told.trainer,
    coalesce(trainer.person_id, told.trainer) as trainer_person_id,
    claimed.risk_tier,
    card.card_sha256,
    card.card_content_sha256,
    list_sort(coalesce(evidence.evidence, [])) as evidence
from told
cross join claimed
cross join evidence
left join card on true
left join governance.person_of(rules) as owner on told.owner = owner.account
left join governance.person_of(rules) as trainer on told.trainer = trainer.account;
