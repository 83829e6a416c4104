"""The evaluation of a card: what was measured, beside what a person wrote of it.

Evidence wins. What a person wrote differently stays beside it, so that no rendering hides it, and
without the interval that was given for another value.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from lineage_pipeline.cards.card import Measure
from lineage_pipeline.cards.matching import dataset_of, instant_text, is_measured_on
from lineage_pipeline.cards.written import first, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage_pipeline.cards.facts import CardFacts, MetricFacts
    from lineage_pipeline.cards.origins import Origins
    from lineage_pipeline.cards.rules import Tolerance
    from lineage_pipeline.cards.written import Part


def measures(
    facts: CardFacts, stated: Sequence[Part], tolerance: Tolerance, origins: Origins
) -> tuple[Measure, ...]:
    """Return every measurement: those that a person wrote, in their order, then all others."""
    metrics = facts.metrics or ()
    found: list[Measure] = []
    used: set[MetricFacts] = set()
    for part in stated:
        evidence = evidence_for(part, metrics)
        if evidence is not None:
            used.add(evidence)
        found.append(_written(part, evidence, tolerance))
    latest = {_key(each): each for each in sorted(metrics, key=_age)}
    others = [each for each in _in_order(latest.values()) if each not in used]
    kept = first(others, "evaluation", origins.cut)
    found += [_measured(each, dataset_of(each, facts)) for each in kept]
    _note(found, origins)
    return tuple(found)


def evidence_for(part: Part, metrics: Sequence[MetricFacts]) -> MetricFacts | None:
    """Return the measurement that a written one speaks of: of its run if it names one, or the last.

    A measurement on another dataset is another measurement. Of several at the same time the one
    counts that is furthest from what is written: evidence that disagrees with itself bears out
    nothing.
    """
    key, digest = part.text("dataset_key"), part.text("dataset_digest")
    name = (part.text("metric"), part.text("slice") or "all")
    same = [
        each
        for each in metrics
        if (each.metric, each.slice) == name and is_measured_on(each, key, digest)
    ]
    run = part.text("run_id")
    of_run = [each for each in same if run and each.run_id == run]
    stated = part.number("value")
    return max(
        of_run or same,
        key=lambda each: (each.measured_at or 0, _distance(each, stated), *_age(each)),
        default=None,
    )


def agrees(stated: float, measured: float, metric: str, tolerance: Tolerance) -> bool:
    """Return whether a written figure is the measured one.

    It may be rounded to the decimals that it is written with, and be no further off than declared.
    """
    exponent = Decimal(repr(stated)).normalize().as_tuple().exponent
    half_a_unit = 0.5 * 10.0 ** min(exponent, 0) if isinstance(exponent, int) else 0.0
    allowed = min(half_a_unit, tolerance.of(metric, measured))
    slack = 1e-9 * max(1.0, abs(measured))  # binary fractions are never quite the decimals
    return abs(stated - measured) <= allowed + slack


def _written(part: Part, evidence: MetricFacts | None, tolerance: Tolerance) -> Measure:
    """Return a measurement that a person wrote, with the value that evidence has for it."""
    stated = part.number("value")
    ci = part.numbers("ci")[:2]
    if evidence is None:
        return Measure(
            metric=part.text("metric"),
            slice=part.text("slice") or "all",
            value=stated,
            ci=ci,
            dataset_key=part.text("dataset_key"),
            dataset_digest=part.text("dataset_digest"),
            run_id=part.text("run_id"),
            is_written=True,
        )
    is_same = stated is None or agrees(stated, evidence.value, evidence.metric, tolerance)
    return Measure(
        metric=shown(evidence.metric, 200),
        slice=shown(evidence.slice, 200),
        value=_finite(evidence.value),
        stated=None if is_same else stated,
        ci=ci if is_same else (),
        dataset_key=part.text("dataset_key") or shown(evidence.dataset_name),
        dataset_digest=part.text("dataset_digest") or shown(evidence.dataset_digest),
        run_id=shown(evidence.run_id),
        measured_at=instant_text(evidence.measured_at),
        is_evidenced=True,
        is_written=True,
        evidence_ref=reference(evidence),
    )


def _measured(evidence: MetricFacts, dataset: str) -> Measure:
    """Return a measurement that no person wrote of, and of which dataset it is."""
    return Measure(
        metric=shown(evidence.metric, 200),
        slice=shown(evidence.slice, 200),
        value=_finite(evidence.value),
        dataset_key=shown(dataset),
        dataset_digest=shown(evidence.dataset_digest),
        run_id=shown(evidence.run_id),
        measured_at=instant_text(evidence.measured_at),
        is_evidenced=True,
        evidence_ref=reference(evidence),
    )


def reference(evidence: MetricFacts) -> str:
    """Return where a measurement stands."""
    run = f"run {evidence.run_id}" if evidence.run_id else ""
    document = f"document {evidence.document_id}" if evidence.document_id else ""
    return shown(", ".join(filter(None, (run, document))) or "evidence", 400)


def _note(found: Sequence[Measure], origins: Origins) -> None:
    for place, each in enumerate(found):
        path = f"evaluation[{place}]"
        if each.is_evidenced:
            origins.evidenced(f"{path}.value", "value", each.evidence_ref)
        else:
            origins.note(f"{path}.value", "" if each.value is None else "value")
        origins.note(f"{path}.stated", "" if each.stated is None else "value")
        origins.note(f"{path}.ci", "value" if each.ci else "")


def _distance(found: MetricFacts, stated: float | None) -> float:
    distance = 0.0 if stated is None else abs(found.value - stated)
    return math.inf if math.isnan(distance) else distance


def _finite(value: float) -> float | None:
    """Return a number; None for what JSON has no word for, such as a division by nothing."""
    return value if math.isfinite(value) else None


def _key(found: MetricFacts) -> tuple[str, ...]:
    return (found.metric, found.slice, found.dataset_name, found.dataset_digest)


def _in_order(found: Iterable[MetricFacts]) -> list[MetricFacts]:
    """Return measurements by name, those of all data first."""
    return sorted(found, key=lambda each: (each.metric, each.slice != "all", *_key(each)))


def _age(found: MetricFacts) -> tuple[int, str, float]:
    """Return what sorts the last measurement last, whatever order they came in."""
    return (found.measured_at or 0, found.run_id, found.value)
