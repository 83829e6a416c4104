"""What the Hugging Face Hub reads of a card: the YAML in front of its Markdown.

Source: Hugging Face Hub documentation, model card metadata; `modelcard.md` of hub-docs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from lineage_pipeline.cards.card import Card, Measure
    from lineage_pipeline.cards.checking import CheckedCard

LICENSES: Final = frozenset(
    {
        "apache-2.0", "mit", "bsd", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cc-by-4.0",
        "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "gpl-2.0", "gpl-3.0", "lgpl-3.0",
        "agpl-3.0", "mpl-2.0", "epl-2.0", "unlicense", "isc", "wtfpl", "unknown",
    }
)  # fmt: skip
"""Identifiers of licences that the Hub knows and that are in common use; others go by name."""
TASKS: Final = {
    "binary classification": "tabular-classification",
    "multiclass classification": "tabular-classification",
    "classification": "tabular-classification",
    "tabular classification": "tabular-classification",
    "regression": "tabular-regression",
    "tabular regression": "tabular-regression",
    "text classification": "text-classification",
    "time series forecasting": "time-series-forecasting",
}
"""The Hub's name of a task, by ours; a task without one is `other` and filters nothing."""
_UNNAMED: Final = "other"
_TAG: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_TAG: Final = 60
_NO_FOLDING: Final = 1 << 30


def front_matter(checked: CheckedCard) -> str:
    """Return the metadata as YAML, without the lines around it and without one that ends it."""
    found = _on_one_line(metadata(checked))
    return str(yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=_NO_FOLDING))


def metadata(checked: CheckedCard) -> dict[str, Any]:
    """Return the metadata: licence, tags, task, and the measurements that evidence knows."""
    card = checked.card
    task = TASKS.get(card.overview.task.strip().casefold())
    tags = {
        "model-card",
        f"risk-{tag(card.risk.tier)}",
        f"card-{checked.state}",
        tag(card.risk.domain),
    }
    found: dict[str, Any] = _license(card)
    found["model_name"] = f"{card.overview.name} {card.overview.version}"
    found["tags"] = sorted(each for each in tags if each.strip("-") and not each.endswith("-"))
    if task:
        found["pipeline_tag"] = task
    if results := _results(card, task or _UNNAMED):
        metrics = {each.metric for each in _shown(card)}
        found["metrics"] = sorted(metrics)
        found["model-index"] = [{"name": card.overview.name or "unnamed", "results": results}]
    return found


def tag(text: str) -> str:
    """Return a text as a tag: lower case, digits and hyphens."""
    return _TAG.sub("-", text.casefold()).strip("-")[:_LONGEST_TAG].strip("-")


def _license(card: Card) -> dict[str, Any]:
    name = tag(card.overview.license).replace("--", "-")
    spelled = card.overview.license.strip().casefold()
    if spelled in LICENSES:
        return {"license": spelled}
    return {"license": "other", "license_name": name} if name else {"license": "unknown"}


def _shown(card: Card) -> list[Measure]:
    """Return the measurements that the Hub may show: those that evidence knows."""
    return [each for each in card.evaluation if each.is_evidenced and each.value is not None]


def _results(card: Card, task: str) -> list[dict[str, Any]]:
    """Return what was measured, dataset by dataset and slice by slice."""
    by_data: dict[tuple[str, str], list[Measure]] = {}
    for each in _shown(card):
        by_data.setdefault((each.dataset_key or "not stated", each.slice), []).append(each)
    return [
        {
            "task": {"type": task, "name": card.overview.task or task},
            "dataset": _dataset(*key, max((each.dataset_digest for each in found), key=len)),
            "metrics": [
                {
                    "type": each.metric,
                    "value": each.value,
                    "name": each.metric if each.slice == "all" else f"{each.metric} ({each.slice})",
                }
                for each in found
            ],
        }
        for key, found in by_data.items()
    ]


def _dataset(name: str, part: str, digest: str) -> dict[str, str]:
    found = {"type": "other", "name": name}
    if part != "all":
        found["split"] = part
    return found | ({"revision": digest} if digest else {})


def _on_one_line(value: Any) -> Any:
    """Return a value whose texts have one line each: the Hub ends the metadata at a line `---`."""
    if isinstance(value, dict):
        return {key: _on_one_line(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_on_one_line(each) for each in value]
    return " ".join(value.split("\n")) if isinstance(value, str) else value
