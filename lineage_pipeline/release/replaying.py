"""Past deployments judged again by a policy: what it would have stopped. Nothing is recorded.

Each is judged as of the instant it began: what was registered, approved, measured and open then.
A replay reads the published warehouse, takes in nothing, and makes no decision that anybody keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.governance.custom import ask_custom
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import any_environment, require_environment, resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.governance.decision import Decision, Verdict
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.policy.rules import Policy
    from lineage_pipeline.warehouse.query import Warehouse

Finding: TypeAlias = "Verdict | Literal['unregistered']"
STOPPED: Final = ("deny", "unknown")
"""Verdicts that let nothing pass."""


class Period(NamedTuple):
    """Which deployments: those that began from an instant on, and before another one.

    Attributes:
        environment: those there alone; None: anywhere.
    """

    from_at: datetime | None = None
    to_at: datetime | None = None
    environment: str | None = None


class Deployed(NamedTuple):
    """A deployment that was made, all sources put together.

    Attributes:
        node_id: where it serves.
        environment: where that is, in a word of the policy.
        version_node_id: the version; None if no registry is known to hold it.
        model: as its sources name it.
        version: likewise.
        deployed_at: when it began.
        deployed_by: who did it, as a source names them.
        sources: who tells of it.
        recorded_verdict: of the last decision on it that was recorded before; None: there is none.
        recorded_decision: the identifier of that decision.
    """

    node_id: str
    environment: str
    version_node_id: str | None
    model: str | None
    version: str | None
    deployed_at: datetime
    deployed_by: str | None
    sources: tuple[str, ...]
    recorded_verdict: str | None
    recorded_decision: str | None


class Replayed(NamedTuple):
    """A deployment, and what a policy says of it.

    Attributes:
        deployed: the deployment.
        decision: what the policy says; None of a version that no registry holds, because gates
            are asked about versions.
    """

    deployed: Deployed
    decision: Decision | None

    @property
    def verdict(self) -> Finding:
        """What it would have been told."""
        return self.decision.verdict if self.decision else "unregistered"

    @property
    def is_stopped(self) -> bool:
        """Whether it would not have been deployed."""
        return self.decision is None or self.decision.verdict in STOPPED


def replay(
    paths: WorkspacePaths,
    period: Period,
    folder: Path | None = None,
    *,
    is_known_then: bool = False,
    on_plan: Callable[[int], Callable[[int], None]] | None = None,
) -> list[Replayed]:
    """Return each deployment of a time with what a policy says of it, the earliest first.

    Args:
        paths: the workspace.
        period: which deployments.
        folder: where the policy stands; None: in the workspace.
        is_known_then: judge by what had been told when it began, not by all that is known now.
        on_plan: is told how many there are, and returns what is told of each that is done.

    Raises:
        ConfigError: there is no such policy or environment, or nothing is published yet.
    """
    policy = _policy(paths, folder, period.environment)
    with pipeline.open_warehouse(paths) as warehouse:
        made = _deployed(warehouse, policy, period)
        advance = on_plan(len(made)) if on_plan else None
        found = []
        for one in made:
            found.append(_replayed(warehouse, paths, policy, one, is_known_then=is_known_then))
            if advance:
                advance(1)
    return found


def _policy(paths: WorkspacePaths, folder: Path | None, environment: str | None) -> Policy:
    if folder is not None and not folder.is_dir():
        raise ConfigError(f"{folder}: there is no such folder; name one with the policy's files")
    policy = read_policy(folder or paths.policy)
    if environment is not None:
        require_environment(policy, environment)
    return policy


def _deployed(warehouse: Warehouse, policy: Policy, period: Period) -> list[Deployed]:
    rows = warehouse.ask(
        "deployed",
        from_at=period.from_at,
        to_at=period.to_at,
        environments=list(policy.environments),
        environment=period.environment or any_environment(policy),
        is_there=period.environment is not None,
    ).rows
    return [Deployed(*row)._replace(sources=tuple(row[7])) for row in rows]


def _replayed(
    warehouse: Warehouse,
    paths: WorkspacePaths,
    policy: Policy,
    deployed: Deployed,
    *,
    is_known_then: bool,
) -> Replayed:
    if deployed.version_node_id is None:
        return Replayed(deployed, None)
    version = find_version(warehouse, deployed.version_node_id)
    at = deployed.deployed_at
    known_at = at if is_known_then else None
    subject = Subject(version.node_id, deployed.environment, at, known_at)
    rules = resolve(policy, version.model, version.model_node_id, deployed.environment)
    case = Case(warehouse, version, subject)
    return Replayed(deployed, decide(case, rules, ask_custom(paths)))
