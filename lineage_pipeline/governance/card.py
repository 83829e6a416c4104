"""The card of a version as the published warehouse has it, at any time, by the present policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.governance.documentation import card_of
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import find_version
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import any_environment, resolve_anywhere

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import Warehouse


def card_at(
    warehouse: Warehouse,
    paths: WorkspacePaths,
    asked: str,
    as_of: datetime,
    known_at: datetime | None = None,
) -> CheckedCard:
    """Return the card of a version, filled from evidence and checked; nothing is recorded.

    Args:
        warehouse: the facts.
        paths: the workspace whose policy says which tier the model has.
        asked: the version, as MODEL@VERSION or by its identifier.
        as_of: what was true then.
        known_at: by what had been told then; None is all that was.

    Raises:
        ConfigError: no such version, or several, or a broken policy.
    """
    policy = read_policy(paths.policy)
    version = find_version(warehouse, asked)
    rules = resolve_anywhere(policy, version.model, version.model_node_id)
    subject = Subject(version.node_id, any_environment(policy), as_of, known_at)
    return card_of(warehouse, rules, version, subject)
