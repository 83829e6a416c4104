"""The training data of a card: what lineage knows was read, with what a person wrote of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.cards.card import Period, TrainingData
from lineage_pipeline.cards.matching import find_dataset, knows_dataset
from lineage_pipeline.cards.written import Part, first, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage_pipeline.cards.facts import CardFacts, DatasetFacts
    from lineage_pipeline.cards.origins import Origins


def training_data(
    facts: CardFacts, stated: Sequence[Part], origins: Origins
) -> tuple[TrainingData, ...]:
    """Return every dataset: those that a person wrote of, in their order, then all others."""
    read = facts.training or ()
    found: list[TrainingData] = []
    named: set[str] = set()
    for part in stated:
        key = part.text("dataset_key")
        dataset = find_dataset(key, read)
        if dataset is not None:
            named.add(dataset.node_id)
        is_known = knows_dataset(facts, key)
        found.append(_dataset(part, dataset, len(found), origins, is_known=is_known))
    nothing = Part({}, "training_data", [])
    unnamed = [each for each in read if each.node_id not in named]
    in_order = sorted(unnamed, key=lambda each: each.node_id)
    for dataset in first(in_order, "training_data", origins.cut):
        found.append(_dataset(nothing, dataset, len(found), origins, is_known=True))
    return tuple(found)


def _dataset(
    part: Part, known: DatasetFacts | None, place: int, origins: Origins, *, is_known: bool
) -> TrainingData:
    path = f"training_data[{place}]"
    evidence = (known.evidence or f"lineage of {known.node_id}") if known else ""
    tags = (known.personal_data if known else None) or ()

    def text(name: str, value: str = "") -> str:
        made = origins.evidenced(f"{path}.{name}", value, evidence)
        return made or origins.text(f"{path}.{name}", part, name)

    purposes = tuple(shown(each, 200) for each in known.purposes) if known else ()
    origins.evidenced(f"{path}.purposes", "".join(purposes), evidence)
    origins.evidenced(f"{path}.personal_data_tags", "".join(tags), evidence)
    return TrainingData(
        dataset_key=text("dataset_key", known.node_id if known else ""),
        name=text("name", known.name if known else ""),
        digest=_digest(part, known, f"{path}.digest", evidence, origins),
        source=text("source"),
        period=_period(part, f"{path}.period", origins),
        size=text("size"),
        consent_basis=text("consent_basis"),
        personal_data=_personal(part, tags, f"{path}.personal_data", evidence, origins),
        personal_data_tags=tuple(sorted(shown(each, 200) for each in tags)),
        purposes=purposes,
        lineage_ref=text("lineage_ref"),
        is_known=is_known,
        evidence_ref=shown(evidence, 400),
    )


def _digest(
    part: Part, known: DatasetFacts | None, path: str, evidence: str, origins: Origins
) -> str:
    """Return the digest of evidence, at full length if a person wrote the same one out."""
    stated, found = part.text("digest"), known.digest if known else ""
    bare = found.rpartition(":")[2]
    if bare and bare in stated and len(stated) > len(found):
        origins.evidenced(path, found, evidence)
        return stated
    return origins.evidenced(path, found, evidence) or origins.note(path, stated)


def _period(part: Part, path: str, origins: Origins) -> Period:
    if not isinstance(part.values.get("period"), dict):
        return Period(start=origins.text(path, part, "period"))
    said = part.part("period")
    found = Period(start=said.text("from"), end=said.text("to"))
    origins.note(path, found.start + found.end)
    return found


def _personal(
    part: Part, tags: Sequence[str], path: str, evidence: str, origins: Origins
) -> bool | None:
    if tags:
        origins.evidenced(path, "true", evidence)
        return True
    found = part.flag("personal_data")
    origins.note(path, "" if found is None else "value")
    return found
