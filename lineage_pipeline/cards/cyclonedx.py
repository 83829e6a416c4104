"""A card as a machine-learning bill of materials: CycloneDX 1.7 with its `modelCard`.

Source: ECMA-424, CycloneDX 1.7 JSON schema, `modelCard`, `componentData`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from lineage_pipeline.cards.canonical import encoded, number_text
from lineage_pipeline.cards.card import FORM
from lineage_pipeline.cards.matching import bare_digest

if TYPE_CHECKING:
    from lineage_pipeline.cards.card import Card, Measure, TrainingData
    from lineage_pipeline.cards.checking import CheckedCard

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_VERSION: Final = 1_024
_PREFIX: Final = "lineage:"
"""How the names of our own properties begin."""


def render_cyclonedx(checked: CheckedCard) -> str:
    """Return the card as a CycloneDX document; what it has no place for is a property."""
    card = checked.card
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{FORM}:{checked.digest}')}",
        "version": 1,
        "metadata": {"timestamp": card.history.as_of} if card.history.as_of else {},
        "components": [_model(checked), *_datasets(card)],
    }
    return encoded(document) + "\n"


def _model(checked: CheckedCard) -> dict[str, Any]:
    overview = checked.card.overview
    found: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": _reference("model", overview.version_node_id),
        "name": overview.name or "unnamed",
        "version": overview.version[:_LONGEST_VERSION],
        "modelCard": _model_card(checked),
    }
    if overview.description:
        found["description"] = overview.description
    if overview.license:
        found["licenses"] = [{"license": {"name": overview.license}}]
    if _SHA256.fullmatch(digest := bare_digest(overview.artifact_sha256)):
        found["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return found


def _model_card(checked: CheckedCard) -> dict[str, Any]:
    card = checked.card
    parameters: dict[str, Any] = {
        "datasets": [{"ref": _reference("data", key)} for key in _datasets_by_key(card)]
    }
    if card.overview.task:
        parameters["task"] = card.overview.task
    return {
        "modelParameters": parameters,
        "quantitativeAnalysis": {"performanceMetrics": _metrics(card)},
        "considerations": _considerations(card),
        "properties": _properties(checked),
    }


def _metrics(card: Card) -> list[dict[str, Any]]:
    """Return the measurements that evidence knows, each once; other figures are properties."""
    found: dict[str, dict[str, Any]] = {}
    for each in card.evaluation:
        if each.is_evidenced and each.value is not None:
            one = _metric(each, each.value)
            found[encoded(one)] = one
    return list(found.values())


def _metric(measure: Measure, value: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": measure.metric,
        "value": number_text(value),
        "slice": measure.slice,
    }
    if len(measure.ci) == 2:  # noqa: PLR2004 - an interval has two ends
        low, high = measure.ci
        found["confidenceInterval"] = {
            "lowerBound": number_text(low),
            "upperBound": number_text(high),
        }
    return found


def _considerations(card: Card) -> dict[str, Any]:
    found: dict[str, Any] = {
        "users": list(card.intended_use.users),
        "useCases": list(card.intended_use.uses),
        "technicalLimitations": list(card.limitations),
        "performanceTradeoffs": list(card.caveats),
        "ethicalConsiderations": [{"name": text} for text in card.ethics],
    }
    fairness = card.fairness
    found["fairnessAssessments"] = [
        {
            "groupAtRisk": group,
            "harms": fairness.known_disparities,
            "mitigationStrategy": fairness.mitigations,
        }
        for group in fairness.groups
    ]
    return {key: value for key, value in found.items() if value}


def _datasets_by_key(card: Card) -> dict[str, TrainingData]:
    return {each.dataset_key or each.name or "unnamed": each for each in card.training_data}


def _datasets(card: Card) -> list[dict[str, Any]]:
    """Return the training data as components, each once."""
    return [_dataset(key, each) for key, each in _datasets_by_key(card).items()]


def _dataset(key: str, data: TrainingData) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "dataset", "name": data.name or key}
    if data.personal_data is not None:
        content["classification"] = "personal data" if data.personal_data else "no personal data"
    if data.personal_data_tags:
        content["sensitiveData"] = list(data.personal_data_tags)
    pairs = {
        "digest": data.digest,
        "period.from": data.period.start,
        "period.to": data.period.end,
        "size": data.size,
        "source": data.source,
        "consent_basis": data.consent_basis,
        "purposes": ", ".join(data.purposes),
        "lineage_ref": data.lineage_ref,
        "known_to_lineage": "yes" if data.is_known else "no",
    }
    found: dict[str, Any] = {
        "type": "data",
        "bom-ref": _reference("data", key),
        "name": data.name or key,
        "data": [content],
        "properties": _pairs(pairs),
    }
    if _SHA256.fullmatch(digest := bare_digest(data.digest)):
        found["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return found


def _properties(checked: CheckedCard) -> list[dict[str, str]]:
    card = checked.card
    pairs = {
        "card.sha256": checked.digest,
        "card.frozen_sha256": checked.frozen_digest,
        "card.state": checked.state,
        "owner": card.overview.owner_human,
        "team": card.overview.owner_team,
        "risk.tier": card.risk.tier,
        "risk.domain": card.risk.domain,
        "risk.rationale": card.risk.rationale,
        "regulations": ", ".join(card.risk.regulations),
        "training_run": card.overview.training_run,
        "code": card.overview.code,
        "environment": card.overview.environment,
        "human_oversight": card.human_oversight,
    }
    pairs |= {f"parameter.{name}": text for name, text in card.overview.parameters.items()}
    pairs |= {
        f"out_of_scope.{place}": text for place, text in enumerate(card.intended_use.out_of_scope)
    }
    pairs |= {
        f"approval.{place}": f"{each.stage} {each.decision} by {each.actor} at {each.at}"
        for place, each in enumerate(card.history.approvals)
    }
    pairs |= {f"written_metric.{place}": text for place, text in enumerate(_written(card))}
    pairs |= {f"finding.{place}": each.sentence for place, each in enumerate(checked.findings)}
    return _pairs(pairs)


def _written(card: Card) -> list[str]:
    """Return the figures that a person wrote and no evidence bears out."""
    found = []
    for each in card.evaluation:
        value = each.value if not each.is_evidenced else each.stated
        if value is not None:
            found.append(f"{each.metric} of slice {each.slice} = {number_text(value)}")
    return found


def _pairs(pairs: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"name": f"{_PREFIX}{name}", "value": text} for name, text in sorted(pairs.items()) if text
    ]


def _reference(kind: str, name: str) -> str:
    """Return a name that is unique in the document, whatever characters it is made from."""
    return f"{kind}-{uuid5(NAMESPACE_URL, name)}"
