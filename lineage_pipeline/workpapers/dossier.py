"""All that working papers are written from, read once: what controls say, of what, by what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from lineage_pipeline import __version__
from lineage_pipeline.compliance.assessment import ORGANISATION, published
from lineage_pipeline.compliance.reperformance import reperform
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.trail import log_of, log_size
from lineage_pipeline.settings.lineage_toml import read_settings
from lineage_pipeline.warehouse.query import open_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lineage_pipeline.compliance.assessment import Assessment
    from lineage_pipeline.compliance.reperformance import Reperformance
    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.warehouse.query import Warehouse

CAVEAT: Final = (
    "A PASS says that the query of a control looked at every member that was told of and found no "
    "exception; of a partial control, that evidence is present. It does not say that a clause is "
    "satisfied, or that what was told is true. This is not legal advice."
)
"""What stands on everything that leaves."""
HANDLING: Final = (
    "These papers name people who acted, and hold pseudonyms of people whose data was used. They "
    "have left the workspace: no erasure reaches them. Keep them as long as the engagement needs."
)
"""What the law asks of who keeps them."""
_TOLD: Final = ("control_id", "scope", "query_sha256", "data_sha256")


class Sealed(NamedTuple):
    """The newest checkpoint of the log.

    Attributes:
        name: of the log.
        size: how many entries it had.
        root: of their Merkle tree, in hexadecimal digits.
    """

    name: str
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What working papers say.

    Attributes:
        organisation: how the workspace is called.
        asked: the framework that was asked for; None: all that are on.
        scope: the organisation, or a model.
        assessment: what controls say of that scope.
        by_model: one row per (control, model), as `control_status`; empty if the scope is a model.
        framework: one row per framework that is on.
        population: one row per control that is on, with what its query looked at.
        member: one row per (control, member of its population) that is listed.
        source: one row per landing folder that was read.
        as_of: the instant that was judged at.
        known_at: by what had been told by then.
        is_published: whether this is what was published, and not judged anew.
        coverage: a sentence on what is missing from what was told.
        sealed: the newest checkpoint of the log; None if there is none.
        catalogue_version: the day that the catalogue of controls was true on.
        built_with_sha256: what the warehouse was built with: settings and SQL files.
        release: the version of this library.
    """

    organisation: str
    asked: str | None
    scope: str
    assessment: Assessment
    by_model: pl.DataFrame
    framework: pl.DataFrame
    population: pl.DataFrame
    member: pl.DataFrame
    source: pl.DataFrame
    as_of: datetime
    known_at: datetime
    is_published: bool
    coverage: str
    sealed: Sealed | None
    catalogue_version: str
    built_with_sha256: str
    release: str = __version__

    @property
    def titled(self) -> pl.DataFrame:
        """The status of each control, with what the catalogue says of it."""
        about = self.assessment.control.drop(
            "automation", "deliver", "applies_from", "is_on", "is_blocking", "framework"
        )
        status = self.assessment.control_status
        return status.join(about, on="control_id", how="left", maintain_order="left")

    @property
    def counts(self) -> dict[str, int]:
        """How many controls have each status, in the order of their names."""
        counted = self.assessment.control_status["status"].value_counts()
        return dict(sorted(counted.iter_rows()))


def dossier(
    paths: WorkspacePaths,
    *,
    framework: str | None = None,
    scope_of: Callable[[Assessment], str] = lambda _: ORGANISATION,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Dossier:
    """Return what working papers are written from: of what is published, or of another time.

    Args:
        paths: the workspace.
        framework: controls of this one alone.
        scope_of: gives the organisation or the model that is asked of, knowing what there is.
        as_of: the instant that validity is judged at; None: what was published.
        known_at: by what had been told by then; None: all.

    Raises:
        ConfigError: nothing is published, no control is on, or there is no such framework.
    """
    said = published(paths) if as_of is None and known_at is None else None
    at = as_of or known_at or _instant(said)
    again = reperform(paths, at, known_at)
    found = said or again.assessment
    if framework is not None:
        found = found.of_framework(framework)
    scope = scope_of(found)
    of_scope = found.of_scope(scope)
    _instant(of_scope)
    with open_warehouse(paths) as warehouse:
        read = _read(warehouse, known_at)
    return Dossier(
        organisation=read_settings(paths.settings).workspace.name,
        asked=framework,
        scope=scope,
        assessment=of_scope,
        by_model=_by_model(found) if scope == ORGANISATION else found.control_status.clear(),
        framework=_frameworks(read.framework, of_scope, framework),
        population=_populations(of_scope, again),
        member=_members(of_scope, again, scope),
        source=read.source,
        as_of=at,
        known_at=read.known_at,
        is_published=said is not None,
        coverage=read.coverage,
        sealed=_sealed(paths),
        catalogue_version=read.framework["catalogue_version"][0],
        built_with_sha256=read.built_with_sha256,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    framework: pl.DataFrame
    source: pl.DataFrame
    known_at: datetime
    coverage: str
    built_with_sha256: str


def _read(warehouse: Warehouse, known_at: datetime | None) -> _Read:
    """Return what the warehouse says beside its controls."""
    connection = warehouse.connection
    [(last,)] = connection.execute("select max(known_at) from quality.publication").fetchall()
    [(built_with,)] = connection.execute("select built_with_sha256 from quality.build").fetchall()
    until = known_at or last
    return _Read(
        connection.table("compliance.framework").pl(),
        _frame(warehouse, until),
        until,
        warehouse.coverage_note(known_at),
        built_with,
    )


def _frame(warehouse: Warehouse, known_at: datetime) -> pl.DataFrame:
    return pl.DataFrame(warehouse.table("source_totals", known_at=known_at))


def _instant(found: Assessment | None) -> datetime:
    """Return the instant that was judged at.

    Raises:
        ConfigError: no control is on.
    """
    if found is None or found.control_status.is_empty():
        raise ConfigError(
            "no control is on, so there is nothing to write of; name frameworks under "
            "[obligations] in policy/"
        )
    at: datetime = found.control_status["as_of_at"][0]
    return at


def _frameworks(framework: pl.DataFrame, found: Assessment, asked: str | None) -> pl.DataFrame:
    """Return the framework that was asked for, or those that are on."""
    if asked is not None:
        return framework.filter(pl.col("framework") == asked)
    on = found.control_clause.filter("is_on")
    return framework.join(on, on="framework", how="semi", maintain_order="left")


def _by_model(found: Assessment) -> pl.DataFrame:
    return found.control_status.filter(pl.col("scope") != ORGANISATION)


def _members(found: Assessment, again: Reperformance, scope: str) -> pl.DataFrame:
    """Return the members of the controls that were asked of, of all or of one model."""
    on = found.control_status.select("control_id")
    member = again.member.join(on, on="control_id", how="semi", maintain_order="left")
    return member if scope == ORGANISATION else member.filter(pl.col("scope") == scope)


def _populations(found: Assessment, again: Reperformance) -> pl.DataFrame:
    """Return how many members each control looked at, and whether asking again gave the same."""
    status = found.control_status
    scope = status["scope"][0]
    sizes = again.size if scope == ORGANISATION else again.size.filter(pl.col("scope") == scope)
    counted = sizes.group_by("control_id").agg(
        pl.col("row_count", "unlisted_count").sum().cast(pl.Int64)
    )
    same = again.assessment.control_status.select(_TOLD).with_columns(is_same=True)
    about = found.control.select("control_id", "population_of")
    return (
        status.join(about, on="control_id", how="left", maintain_order="left")
        .join(counted, on="control_id", how="left", maintain_order="left")
        .join(same, on=_TOLD, how="left", maintain_order="left")
        .select(
            "control_id", "scope", "population_of", "population", "tested",
            (pl.col("population") - pl.col("tested")).alias("untested"),
            "coverage", "exception_count",
            (pl.col("row_count") - pl.col("unlisted_count")).fill_null(0).alias("listed_count"),
            pl.col("unlisted_count").fill_null(0),
            pl.col("is_same").fill_null(value=False).alias("is_reperformed"),
            "query_sha256", "data_sha256",
        )
    )  # fmt: skip


def _sealed(paths: WorkspacePaths) -> Sealed | None:
    """Return the newest checkpoint.

    Raises:
        IntegrityError: what stands in its place is none.
    """
    if not log_size(paths):
        return None
    checkpoint = log_of(paths).checkpoint
    return Sealed(checkpoint.origin, checkpoint.tree.size, checkpoint.tree.root.hex())
