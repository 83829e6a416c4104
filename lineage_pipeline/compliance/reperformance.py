"""What controls say of a time, asked once more: with every member that they looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lineage_pipeline.compliance.assessment import ANEW, Assessment, judged_anew, read_assessment
from lineage_pipeline.warehouse.sqlfiles import question

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from lineage_pipeline.paths import WorkspacePaths


class Reperformance(NamedTuple):
    """What controls say, and what they looked at.

    Attributes:
        assessment: what they say.
        member: one row per (control, member of its population), as `sql/ask/population_members`.
        size: one row per (control, scope): how many members there are, and how many are not listed.
    """

    assessment: Assessment
    member: pl.DataFrame
    size: pl.DataFrame


def reperform(paths: WorkspacePaths, as_of: datetime, known_at: datetime | None) -> Reperformance:
    """Return what the controls of this release say of a time, and every member that they judge.

    Args:
        paths: the workspace.
        as_of: the instant that validity is judged at.
        known_at: by what had been told by then; None: all.

    Raises:
        ConfigError: nothing is published.
    """
    with judged_anew(paths, as_of, known_at) as connection:
        return Reperformance(
            read_assessment(connection, ANEW),
            connection.sql(question("population_members").statements).pl(),
            connection.sql(question("population_sizes").statements).pl(),
        )
