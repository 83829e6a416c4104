"""When two descriptions mean the same dataset, measurement or instant, though written apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.times import parse_time
from lineage_pipeline.identifiers import parse_node_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.cards.facts import CardFacts, DatasetFacts, MetricFacts

SHORTEST_DIGEST: Final = 8
"""Characters of a digest that a registry shows: MLflow cuts its digests to eight."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
US_IN_DAY: Final = 86_400_000_000


def bare_digest(digest: str) -> str:
    """Return a digest in lower case, without the name of its algorithm."""
    return digest.rpartition(":")[2].strip().lower()


def is_same_digest(one: str, other: str) -> bool:
    """Return whether two digests agree as far as both are written out."""
    first, second = sorted((bare_digest(one), bare_digest(other)), key=len)
    return len(first) >= SHORTEST_DIGEST and second.startswith(first)


def dataset_name(key: str) -> str:
    """Return a dataset's name without its namespace; a name alone as it is."""
    try:
        node = parse_node_id(key)
    except ConfigError:
        return key
    return node.parts[-1] if node.parts else key


def is_same_dataset(key: str, dataset: DatasetFacts) -> bool:
    """Return whether a card's key names this dataset: its identifier, an alias, or its name."""
    return key in (dataset.node_id, *dataset.aliases) or (bool(key) and key == dataset.name)


def find_dataset(key: str, datasets: Iterable[DatasetFacts]) -> DatasetFacts | None:
    """Return the dataset that a card's key names."""
    return next((each for each in datasets if is_same_dataset(key, each)), None)


def knows_dataset(facts: CardFacts, key: str) -> bool:
    """Return whether lineage has a dataset of this name, whatever it was used for."""
    read = (*(facts.training or ()), *(facts.evaluation or ()))
    behind = {name for each in facts.ancestors or () for name in (each.node_id, *each.aliases)}
    return bool(key) and (
        find_dataset(key, read) is not None or key in behind or key in facts.known_datasets
    )


def is_measured_on(found: MetricFacts, key: str, digest: str) -> bool:
    """Return whether a measurement was taken on the dataset that a card names for it.

    What one of the two does not say tells nothing against it.
    """
    if digest and found.dataset_digest:
        return is_same_digest(digest, found.dataset_digest)
    if key and found.dataset_name:
        names = {key, dataset_name(key)}
        return found.dataset_name in names or dataset_name(found.dataset_name) in names
    return True


def dataset_of(found: MetricFacts, facts: CardFacts) -> str:
    """Return the identifier of the dataset that a measurement was taken on, or its name."""
    for each in (*(facts.evaluation or ()), *(facts.training or ())):
        if found.dataset_name in (each.name, each.node_id, *each.aliases) and is_measured_on(
            found, each.node_id, each.digest
        ):
            return each.node_id
    return found.dataset_name


def instant_text(at: int | None) -> str:
    """Return an instant in microseconds since 1970 as RFC 3339 has it; empty if it is none."""
    if at is None:
        return ""
    try:
        found = _EPOCH + timedelta(microseconds=at)
    except OverflowError:
        return ""
    return found.isoformat(timespec="auto").replace("+00:00", "Z")


def instant_of(text: str) -> int | None:
    """Return the instant that a day or a time names, in microseconds since 1970.

    A day names its end: who wrote something that day may have known all of it.
    """
    day = parse_time(f"{text}T00:00:00Z", "UTC")
    if day is not None:
        return day.ns // 1000 + US_IN_DAY - 1
    found = parse_time(text, "UTC")
    return found.ns // 1000 if found else None
