"""The status of controls and their exceptions: as published, or as of another time."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.warehouse.assessing import assess
from lineage_pipeline.warehouse.opening import read_only
from lineage_pipeline.warehouse.own_controls import ask_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import duckdb
    import pyarrow as pa

    from lineage_pipeline.paths import WorkspacePaths

ORGANISATION: Final = "organisation"
"""The scope of a control over all that was told."""
PUBLISHED: Final = "compliance"
ANEW: Final = "step"
"""The schemas that hold what was published, and what was judged anew."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What controls say at one time.

    Attributes:
        control_status: one row per (control, scope), in the order of the catalogue.
        exception: one row per exception, in the same order.
        control: one row per control, on or off.
        control_clause: one row per (control, framework).
        control_parameter: one row per number that a control measures with.
    """

    control_status: pl.DataFrame
    exception: pl.DataFrame
    control: pl.DataFrame
    control_clause: pl.DataFrame
    control_parameter: pl.DataFrame

    def of_framework(self, framework: str) -> Assessment:
        """Return what controls of one framework say.

        Raises:
            ConfigError: there is no such framework.
        """
        known = self.control_clause["framework"].unique().sort().to_list()
        if framework not in known:
            near = difflib.get_close_matches(framework, known, n=1, cutoff=0.0)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"--framework {framework}: there is none{hint} Known: {known}")
        asked = self.control_clause.filter(pl.col("framework") == framework)
        return self._only(asked.select("control_id").unique())

    def of_scope(self, scope: str) -> Assessment:
        """Return what controls say of one scope: the organisation, which is all, or a model."""
        kept = pl.col("scope") == scope
        exception = self.exception if scope == ORGANISATION else self.exception.filter(kept)
        status = self.control_status.filter(kept)
        return replace(self, control_status=status, exception=exception)

    def _only(self, asked: pl.DataFrame) -> Assessment:
        frames: Iterator[pl.DataFrame] = (getattr(self, name) for name in Assessment.__slots__)
        return Assessment(
            *(
                frame.join(asked, on="control_id", how="semi", maintain_order="left")
                for frame in frames
            )
        )


def published(paths: WorkspacePaths) -> Assessment:
    """Return what was published, as of the known time of its state.

    Raises:
        ConfigError: nothing is published.
    """
    with _opened(paths) as connection:
        return _read(connection, PUBLISHED)


def anew(paths: WorkspacePaths, as_of: datetime, known_at: datetime | None) -> Assessment:
    """Return what the controls of this release say of another time, over what is published.

    Args:
        paths: the workspace.
        as_of: the instant that validity is judged at.
        known_at: by what had been told by then; None: all.

    Raises:
        ConfigError: nothing is published.
    """
    with _opened(paths) as connection:
        connection.execute("attach ':memory:' as step")
        [(last,)] = connection.execute("select max(known_at) from quality.publication").fetchall()
        known = known_at or last or as_of
        ask_own = partial(_ask_own, paths, as_of, known)
        assess(connection, as_of, known, ask_own)
        return _read(connection, ANEW)


def _ask_own(
    paths: WorkspacePaths, as_of: datetime, known_at: datetime, queries: Mapping[str, str]
) -> Mapping[str, pa.Table]:
    return ask_controls(paths.warehouse, paths.lake, queries, as_of, known_at)


def _opened(paths: WorkspacePaths) -> duckdb.DuckDBPyConnection:
    if not paths.warehouse.exists():
        raise ConfigError(f"{paths.warehouse}: is not there; `lineage run` publishes it")
    connection = read_only(paths.warehouse)
    connection.execute("set timezone = 'UTC'")
    return connection


def _read(connection: duckdb.DuckDBPyConnection, schema: str) -> Assessment:
    columns = {
        name: connection.table(f"{PUBLISHED}.{name}").columns for name in Assessment.__slots__
    }
    return Assessment(
        *(connection.table(f"{schema}.{name}").pl().select(of) for name, of in columns.items())
    )
