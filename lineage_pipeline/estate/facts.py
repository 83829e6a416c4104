"""What a report rests on: the published state in frames, each bounded, as of its known time."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from lineage_pipeline.estate.sealed import Sealed, read_sealed
from lineage_pipeline.settings.lineage_toml import read_settings
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import Warehouse

MOST: Final = 12
"""Rows of a list; how many there are stands beside it."""
MOST_STATES: Final = 26
"""Published states in the history of controls."""
DAYS: Final = 91
"""Days of audit events that are drawn, thirteen weeks."""
MONTHS: Final = 12
"""Months of decisions behind, and of retention ahead."""
UNNAMED: Final = "a warehouse without its workspace"
"""What a warehouse that was copied alone is called."""
OVER_DEPTH: Final = 5000
"""Dates that are looked at for what is past its time."""


@dataclass(frozen=True, slots=True)
class State:
    """Which state is reported.

    Attributes:
        name: the workspace.
        known_at: the known time of what was published last; None if nothing was.
        counts: the columns of `report_state`.
        warehouse_sha256: of warehouse.duckdb; None if another was published meanwhile.
    """

    name: str
    known_at: datetime | None
    counts: dict[str, Any]
    warehouse_sha256: str | None

    @property
    def has_policy(self) -> bool:
        """Whether a policy was in force."""
        return self.counts["policy_sha256"] is not None


@dataclass(frozen=True, slots=True)
class Estate:
    """A published state, what seals it, and the answer of each question of a report by its name.

    Attributes:
        state: which state.
        sealed: what its log says.
        frames: `report_NAME` by NAME, and `disposable`.
    """

    state: State
    sealed: Sealed
    frames: dict[str, pl.DataFrame]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of one frame, in its order."""
        return self.frames[name].rows(named=True)

    def total(self, name: str, column: str = "total_count") -> int:
        """Return how many there are of what a frame shows the first of."""
        frame = self.frames[name]
        return int(frame[column][0]) if frame.height else 0


def read_estate(paths: WorkspacePaths) -> Estate:
    """Return what is published, as of its known time; the clock is not asked.

    Raises:
        ConfigError: nothing is published, or by another version of this program.
        IntegrityError: the log is not one.
    """
    before = _identity(paths)
    with open_warehouse(paths) as warehouse:
        state = _frame(warehouse, "report_state").rows(named=True)[0]
        digest = _digest(paths) if before == _identity(paths) else None
        known_at = state.pop("known_at")
        frames = _frames(warehouse, known_at)
    name = read_settings(paths.settings).workspace.name if paths.settings.exists() else UNNAMED
    return Estate(State(name, known_at, state, digest), read_sealed(paths), frames)


def _frames(warehouse: Warehouse, at: datetime | None) -> dict[str, pl.DataFrame]:
    """Return the answer to every question but that of the state."""
    now = {"as_of": at}
    few = {"most": MOST}
    asked: dict[str, dict[str, Any]] = {
        "tier": {},
        "model": now,
        "shadow_model": now | few,
        "gate": {},
        "decision_month": now | {"months": MONTHS},
        "decision": few,
        "approval": now,
        "way_round": now | few,
        "framework": {},
        "control": {},
        "assessment": {"most": MOST_STATES},
        "exception_age": now,
        "exception_control": now,
        "exception": few,
        "edge_basis": now,
        "layer": now,
        "trace": now,
        "unexplained": few,
        "source": {"most": 2 * MOST},
        "audit_source": now | few,
        "log_file": {},
        "retention": now,
        "hold": now | few,
        "erasure": few,
    }
    frames = {name: _frame(warehouse, f"report_{name}", **asked[name]) for name in asked}
    sources = frames["audit_source"]["source"].to_list()
    frames["audit_day"] = _frame(warehouse, "report_audit_day", **now, days=DAYS, sources=sources)
    frames["disposable"] = _frame(warehouse, "disposable", **now, most=MOST, depth=OVER_DEPTH)
    return frames


def _frame(warehouse: Warehouse, question: str, **parameters: Any) -> pl.DataFrame:
    return pl.DataFrame(warehouse.table(question, **parameters))


def _identity(paths: WorkspacePaths) -> tuple[int, int, int] | None:
    if not paths.warehouse.exists():
        return None
    found = paths.warehouse.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _digest(paths: WorkspacePaths) -> str:
    with paths.warehouse.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
