"""Where a written card contradicts evidence: each finding names both values and both sources.

What evidence does not say contradicts nothing: then the card is unresolved, or nobody has looked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lineage_pipeline.cards.canonical import number_text
from lineage_pipeline.cards.finding import Finding
from lineage_pipeline.cards.matching import (
    bare_digest,
    find_dataset,
    instant_of,
    instant_text,
    is_same_digest,
    knows_dataset,
)
from lineage_pipeline.cards.measured import agrees, evidence_for, reference
from lineage_pipeline.cards.written import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lineage_pipeline.cards.facts import CardFacts, DatasetFacts, Known, MetricFacts
    from lineage_pipeline.cards.rules import CardRules, Tolerance
    from lineage_pipeline.cards.written import Part, Written

REMEDIES: Final[Mapping[str, str]] = {
    "identity": "Correct the card, or the registry if the card is right.",
    "artifact": "Write the card for the artifact that is registered; another artifact needs "
    "another version.",
    "training_data.unknown": "Take the dataset out of the card, or send the lineage of the run "
    "that read it.",
    "training_data.omitted": "Name the dataset in the card: its source, its period, and on which "
    "basis it may be used.",
    "training_data.digest": "Write the digest of the data that the run read.",
    "training_data.personal_data": "Say that it holds personal data, and on which basis it may be "
    "used.",
    "metric": "Write the measured value, or log the measurement that the card speaks of.",
    "evaluation_data": "Name the dataset that the run measured on.",
    "rollback": "Write when going back was last tried, or send the record of the later try.",
    "approvals_ref": "Refer to the approvals of this version.",
    "approval": "Take the approval out of the card; only acts count.",
}
"""What to do about each kind of contradiction, by its rule."""
_OWNER_KIND: Final = re.compile(r"^(user|person|team|group):", re.IGNORECASE)
_VERSION_NODE: Final = re.compile(r"modelVersion:\S+")


def find_contradictions(facts: CardFacts, written: Written, rules: CardRules) -> list[Finding]:
    """Return every contradiction, in the order of the card's sections."""
    source = written.source or "no file named"
    root = written.root
    return [
        *_identity(facts, root, source),
        *_training(facts, root, source),
        *_metrics(facts, root, source, rules.tolerance),
        *_rollback(facts, root.part("operations"), source),
        *_approvals(facts, root, source),
    ]


def contradiction(
    rule: str, field: str, stated: tuple[str, str], observed: tuple[str, str], what: str
) -> Finding:
    """Return a finding.

    Args:
        rule: one of `REMEDIES`.
        field: the place in the card.
        stated: what the card says, and where.
        observed: what evidence says, and where.
        what: what the two speak of.
    """
    said, source = (shown(each, 400) for each in stated)
    found, evidence = (shown(each, 400) for each in observed)
    return Finding(
        kind="contradicted",
        rule=rule,
        field=field,
        stated=said,
        stated_source=source,
        observed=found,
        observed_source=evidence,
        sentence=f"{shown(what, 400)}: the card ({source}) says {said or 'nothing'}, "
        f"evidence ({evidence}) says {found or 'nothing'}.",
        remedy=REMEDIES[rule],
    )


def _identity(facts: CardFacts, root: Part, source: str) -> Iterator[Finding]:
    overview, risk = root.part("overview"), root.part("risk")
    where = facts.registration or facts.version_node_id
    checks: tuple[tuple[str, Part, str, Known | str], ...] = (
        ("The model's name", overview, "name", facts.name),
        ("The version", overview, "version", facts.version),
        ("The owner", overview, "owner_human", facts.owner),
        ("The owning team", overview, "owner_team", facts.team),
        ("The risk tier", risk, "tier", facts.tier),
    )
    for what, part, key, known in checks:
        value, evidence = (
            (known, where) if isinstance(known, str) else (known.value, known.evidence)
        )
        stated = part.text(key)
        if stated and value and _bare_name(stated) != _bare_name(shown(value)):
            field = f"{part.path}.{key}"
            observed = (value, evidence or where)
            yield contradiction("identity", field, (stated, source), observed, what)
    artifact, stated = facts.artifact_sha256, overview.text("artifact_sha256")
    if stated and artifact.value and bare_digest(stated) != bare_digest(artifact.value):
        yield contradiction(
            "artifact",
            "overview.artifact_sha256",
            (stated, source),
            (artifact.value, artifact.evidence or where),
            "The digest of the artifact",
        )


def _bare_name(name: str) -> str:
    """Return a name without what says that it is a person's or a team's, in lower case."""
    return _OWNER_KIND.sub("", name.strip()).casefold()


def _training(facts: CardFacts, root: Part, source: str) -> Iterator[Finding]:
    stated = root.parts("training_data")
    if not facts.training:
        return
    lineage = f"lineage of {facts.version_node_id}"
    named: set[str] = set()
    for place, part in enumerate(stated):
        key, path = part.text("dataset_key"), f"training_data[{place}]"
        dataset = find_dataset(key, facts.training)
        if dataset is not None:
            named.add(dataset.node_id)
            yield from _dataset(dataset, part, path, source, lineage)
        elif key and not _is_behind(facts, key):
            other = "" if knows_dataset(facts, key) else " and knows no dataset of that name"
            yield contradiction(
                "training_data.unknown",
                f"{path}.dataset_key",
                (key, source),
                (_names(facts) + other, lineage),
                "What the version was trained on",
            )
    if not stated:
        return
    for dataset in facts.training:
        if dataset.node_id not in named:
            yield contradiction(
                "training_data.omitted",
                "training_data",
                (", ".join(part.text("dataset_key") for part in stated), source),
                (dataset.node_id, dataset.evidence or lineage),
                "What the version was trained on",
            )


def _dataset(
    dataset: DatasetFacts, part: Part, path: str, source: str, lineage: str
) -> Iterator[Finding]:
    evidence, digest = dataset.evidence or lineage, part.text("digest")
    if digest and dataset.digest and not is_same_digest(digest, dataset.digest):
        yield contradiction(
            "training_data.digest",
            f"{path}.digest",
            (digest, source),
            (dataset.digest, evidence),
            f"The digest of {dataset.node_id}",
        )
    if part.flag("personal_data") is False and dataset.personal_data:
        yield contradiction(
            "training_data.personal_data",
            f"{path}.personal_data",
            ("no personal data", source),
            (f"fields tagged {', '.join(sorted(dataset.personal_data))}", evidence),
            f"Personal data in {dataset.node_id}",
        )


def _is_behind(facts: CardFacts, key: str) -> bool:
    """Return whether a dataset is an ancestor: naming what is further back is no contradiction."""
    return any(key in (each.node_id, *each.aliases) for each in facts.ancestors or ())


def _names(facts: CardFacts) -> str:
    return ", ".join(sorted(each.node_id for each in facts.training or ()))


def _metrics(facts: CardFacts, root: Part, source: str, tolerance: Tolerance) -> Iterator[Finding]:
    metrics = facts.metrics or ()
    for place, part in enumerate(root.parts("evaluation")):
        evidence, stated = evidence_for(part, metrics), part.number("value")
        if evidence is not None:
            yield from _figure(evidence, stated, f"evaluation[{place}].value", source, tolerance)
        else:
            yield from _elsewhere(part, metrics, f"evaluation[{place}]", source)
    for place, part in enumerate(root.part("fairness").parts("metrics")):
        evidence, stated = evidence_for(part, metrics), part.number("value")
        if evidence is not None:
            path = f"fairness.metrics[{place}].value"
            yield from _figure(evidence, stated, path, source, tolerance)


def _figure(
    evidence: MetricFacts, stated: float | None, path: str, source: str, tolerance: Tolerance
) -> Iterator[Finding]:
    if stated is None or agrees(stated, evidence.value, evidence.metric, tolerance):
        return
    on = f" on {evidence.dataset_name}" if evidence.dataset_name else ""
    yield contradiction(
        "metric",
        path,
        (number_text(stated), source),
        (f"{evidence.value:.15g}", reference(evidence)),
        f"{evidence.metric} of slice {evidence.slice}{on}",
    )


def _elsewhere(
    part: Part, metrics: tuple[MetricFacts, ...], path: str, source: str
) -> Iterator[Finding]:
    """Yield a finding if the very run that a card names measured this on another dataset."""
    run, name = part.text("run_id"), (part.text("metric"), part.text("slice") or "all")
    for each in metrics:
        if run and each.run_id == run and (each.metric, each.slice) == name:
            stated = " ".join(filter(None, (part.text("dataset_key"), part.text("dataset_digest"))))
            yield contradiction(
                "evaluation_data",
                f"{path}.dataset_key",
                (stated, source),
                (f"{each.dataset_name} {each.dataset_digest}".strip(), reference(each)),
                f"The data that {each.metric} of slice {each.slice} was measured on",
            )


def _rollback(facts: CardFacts, part: Part, source: str) -> Iterator[Finding]:
    """Yield a finding if a card claims a later test of going back than any that is recorded."""
    stated = part.text("rollback_tested_at")
    at, tested = instant_of(stated) if stated else None, facts.rollback_tested
    if at is None or tested is None or _begin(stated, at) <= tested.at:
        return
    yield contradiction(
        "rollback",
        "operations.rollback_tested_at",
        (stated, source),
        (instant_text(tested.at), tested.evidence),
        "The last test of the rollback",
    )


def _begin(text: str, at: int) -> int:
    """Return the first instant that a day or a time may mean."""
    is_day = len(text) <= len("2026-01-31")
    return at - 86_400_000_000 + 1 if is_day else at


def _approvals(facts: CardFacts, root: Part, source: str) -> Iterator[Finding]:
    for found in _VERSION_NODE.findall(root.text("approvals_ref")):
        name = found.rstrip(".,;)")
        if name != facts.version_node_id:
            yield contradiction(
                "approvals_ref",
                "approvals_ref",
                (name, source),
                (facts.version_node_id, facts.registration or "the version itself"),
                "The version whose approvals count",
            )
    if facts.approvals is None:
        return
    acts = [each for each in facts.approvals if each.decision == "approved"]
    for place, part in enumerate(root.parts("approvals")):
        stage, actor = part.text("stage"), part.text("actor")
        if any((each.stage, each.actor) == (stage, actor) for each in acts):
            continue
        known = ", ".join(f"{each.stage} by {each.actor}" for each in acts) or "no approval"
        yield contradiction(
            "approval",
            f"approvals[{place}]",
            (f"{stage} by {actor}", source),
            (known, f"acts on {facts.version_node_id}"),
            "Who approved",
        )
