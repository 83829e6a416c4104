"""All registries that a workspace declares, asked one after the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from lineage_pipeline.errors import ConfigError, RegistryError
from lineage_pipeline.registry.client import Limits
from lineage_pipeline.registry.mlflow import poll_mlflow
from lineage_pipeline.registry.sagemaker import poll_sagemaker
from lineage_pipeline.registry.secrets import authorization
from lineage_pipeline.settings.registries import MlflowRegistry, SagemakerRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.registry.pulled import Pulled
    from lineage_pipeline.settings.lineage_toml import Settings


Registry: TypeAlias = MlflowRegistry | SagemakerRegistry


class PullRow(NamedTuple):
    """What became of one registry's poll.

    Attributes:
        registry: its namespace.
        status: `pulled` or `failed`; of a poll that failed nothing is kept.
        fetched: how many entries of what, or why it failed.
        files: how many files landed.
        bytes: how long they are together.
    """

    registry: str
    status: str
    fetched: str
    files: int
    bytes: int


class Times(NamedTuple):
    """How time goes by: what it is, seconds that only grow, and how to wait for some."""

    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]


def pull(
    settings: Settings,
    landing: Path,
    environment: Mapping[str, str],
    times: Times,
    name: str | None = None,
) -> list[PullRow]:
    """Return what became of the poll of each registry; one that fails keeps none from the others.

    Args:
        settings: which registries there are.
        landing: the workspace's landing/.
        environment: where credentials stand.
        times: how time goes by.
        name: the namespace of the only one to poll; None for all.

    Raises:
        ConfigError: none is declared, none has this name, or credentials are not at hand.
        StorageError: what one answers cannot be kept.
    """
    declared: list[Registry] = [*settings.registry.mlflow, *settings.registry.sagemaker]
    names = [each.namespace for each in declared]
    if not names:
        raise ConfigError(
            "lineage.toml declares no registry; declare one, such as\n\n"
            '[[registry.mlflow]]\nurl = "https://mlflow.example.org"'
        )
    if name is not None and name not in names:
        raise ConfigError(f"{name}: no such registry. Declared: {', '.join(names)}")
    limits = Limits(settings.scan.max_record_bytes, times.clock, times.sleep)
    # All credentials first: what is wrong with the settings is told before anything is fetched.
    polls = {
        each.namespace: _poll_of(each, environment, landing, times.now, limits)
        for each in declared
        if name in (None, each.namespace)
    }
    return [_row(registry, poll) for registry, poll in polls.items()]


def _poll_of(
    registry: Registry,
    environment: Mapping[str, str],
    landing: Path,
    now: Callable[[], datetime],
    limits: Limits,
) -> Callable[[], Pulled]:
    """Return what polls a registry."""
    if isinstance(registry, SagemakerRegistry):
        return partial(poll_sagemaker, registry, landing, now, limits)
    header = authorization(registry, environment)
    return partial(poll_mlflow, registry, header, landing, now, limits)


def _row(registry: str, poll: Callable[[], Pulled]) -> PullRow:
    try:
        pulled = poll()
    except RegistryError as error:
        return PullRow(registry, "failed", str(error), 0, 0)
    fetched = ", ".join(f"{count} {what}" for what, count in pulled.counts.items())
    return PullRow(registry, "pulled", fetched, pulled.file_count, pulled.size_bytes)
