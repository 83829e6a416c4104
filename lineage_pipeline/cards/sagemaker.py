"""A card as the content of an Amazon SageMaker model card, within the lengths that it takes.

What has no place of its own goes to `custom_details`; what does not fit is cut and says so, and the
whole card stays where its digest points.

Source: Amazon SageMaker Developer Guide, model card JSON schema; CreateModelCard, `Content`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.cards.canonical import number_text
from lineage_pipeline.cards.outline import measure_text
from lineage_pipeline.pictures.label import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.cards.card import Card, Measure
    from lineage_pipeline.cards.checking import CheckedCard

CONTENT: Final = 100_000
"""Characters of the whole content."""
LONG: Final = 2_048
SHORT: Final = 1_024
NAME: Final = 255
EVALUATION_NAME: Final = 63
DATASETS: Final = 10
TRAINING_DATASETS: Final = 15
GROUPS: Final = 10
"""Evaluations and metric groups that are exported at most."""
_FEWEST: Final = 8
RATINGS: Final = {"low": "Low", "medium": "Medium", "high": "High"}


def render_sagemaker(checked: CheckedCard) -> str:
    """Return the content as JSON of at most 100,000 characters."""
    most = 200
    while True:
        text = json.dumps(_content(checked, most), ensure_ascii=False, indent=1)
        if len(text) <= CONTENT or most < _FEWEST:
            return text
        most //= 2


def _content(checked: CheckedCard, most: int) -> dict[str, Any]:
    """Return the content with at most so many items in each list."""
    card = checked.card
    return {
        "model_overview": _overview(card),
        "intended_uses": {
            "purpose_of_model": _cut(card.overview.description, LONG),
            "intended_uses": _cut(_joined(card.intended_use.uses), LONG),
            "factors_affecting_model_efficiency": _cut(_joined(card.limitations), LONG),
            "risk_rating": RATINGS.get(card.risk.tier.casefold(), "Unknown"),
            "explanations_for_risk_rating": _cut(card.risk.rationale, LONG),
        },
        "business_details": {
            "business_problem": _cut(card.overview.description, LONG),
            "business_stakeholders": _cut(_joined(card.intended_use.users), LONG),
            "line_of_business": _cut(card.risk.domain, LONG),
        },
        "training_details": _training(card, most),
        "evaluation_details": _evaluations(card, most),
        "additional_information": {
            "ethical_considerations": _cut(_joined(card.ethics), LONG),
            "caveats_and_recommendations": _cut(_joined(card.caveats), LONG),
            "custom_details": _custom(checked, most),
        },
    }


def _overview(card: Card) -> dict[str, Any]:
    overview = card.overview
    found: dict[str, Any] = {
        "model_id": _cut(overview.version_node_id, SHORT),
        "model_name": _cut(overview.name, SHORT),
        "model_description": _cut(overview.description, SHORT),
        "problem_type": _cut(overview.task, SHORT),
        "model_owner": _cut(overview.owner_human, SHORT),
        "model_creator": _cut(overview.owner_team, SHORT),
    }
    if overview.version.isascii() and overview.version.isdigit() and len(overview.version) < 10:  # noqa: PLR2004
        found["model_version"] = max(1, int(overview.version))
    if overview.environment:
        found["inference_environment"] = {"container_image": [_cut(overview.environment, SHORT)]}
    return found


def _training(card: Card, most: int) -> dict[str, Any]:
    datasets = [
        _cut(each.dataset_key or each.name, SHORT)
        for each in card.training_data[:TRAINING_DATASETS]
    ]
    parameters = [
        {"name": _cut(name, NAME), "value": _cut(value, NAME)}
        for name, value in list(card.overview.parameters.items())[: min(most, 100)]
        if name and value
    ]
    details: dict[str, Any] = {
        "training_datasets": [each for each in datasets if each],
        "user_provided_hyper_parameters": parameters,
    }
    observed = "; ".join(filter(None, (each.source for each in card.training_data)))
    return {"training_observations": _cut(observed, SHORT), "training_job_details": details}


def _evaluations(card: Card, most: int) -> list[dict[str, Any]]:
    """Return one evaluation a dataset, in it one group of metrics a slice."""
    by_data: dict[str, dict[str, list[Measure]]] = {}
    for each in card.evaluation[:most]:
        if each.is_evidenced and each.value is not None:
            by_data.setdefault(each.dataset_key, {}).setdefault(each.slice, []).append(each)
    return [
        {
            "name": _cut(name or "evaluation", EVALUATION_NAME),
            "datasets": [_cut(name, SHORT)] if name else [],
            "metric_groups": [
                {"name": _cut(part, EVALUATION_NAME), "metric_data": list(map(_metric, found))}
                for part, found in list(slices.items())[:GROUPS]
            ],
        }
        for name, slices in list(by_data.items())[:DATASETS]
    ]


def _metric(measure: Measure) -> dict[str, Any]:
    interval = f"; interval {' to '.join(map(number_text, measure.ci))}" if measure.ci else ""
    return {
        "name": _cut(measure.metric or "unnamed", NAME),
        "type": "number",
        "value": measure.value,
        "notes": _cut(f"{measure_text(measure)} ({measure.evidence_ref}){interval}", SHORT),
    }


def _custom(checked: CheckedCard, most: int) -> dict[str, str]:
    card = checked.card
    fairness = card.fairness
    found = {
        "card_sha256": checked.digest,
        "card_frozen_sha256": checked.frozen_digest,
        "card_state": checked.state,
        "version": card.overview.version,
        "artifact_sha256": card.overview.artifact_sha256,
        "code": card.overview.code,
        "out_of_scope": _joined(card.intended_use.out_of_scope),
        "regulations": _joined(card.risk.regulations),
        "fairness_groups": _joined(fairness.groups),
        "known_disparities": fairness.known_disparities,
        "mitigations": fairness.mitigations,
        "human_oversight": card.human_oversight,
        "monitoring": card.operations.monitoring_ref,
        "alerts": card.operations.alerts_ref,
        "rollback": card.operations.rollback_ref,
        "post_market_plan": card.lifecycle.post_market_plan,
        "approvals": _joined(
            f"{each.stage} {each.decision} by {each.actor} at {each.at}"
            for each in card.history.approvals
        ),
    }
    found |= {
        f"finding_{place}": each.sentence for place, each in enumerate(checked.findings[:most])
    }
    return {key: _cut(text, SHORT) for key, text in found.items() if text}


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)


def _cut(text: str, longest: int) -> str:
    """Return a text on one line, of so many characters at most as JSON writes them."""
    line = " ".join(text.split("\n"))
    if len(_escaped(line)) <= longest:
        return line
    kept, size = 0, 1
    while kept < len(line) and size + len(_escaped(line[kept])) <= longest:
        size += len(_escaped(line[kept]))
        kept += 1
    return line[:kept] + ELLIPSIS


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
