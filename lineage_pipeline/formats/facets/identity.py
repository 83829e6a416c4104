"""Facets that say which dataset it is: its other names, type, version and life cycle."""

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from lineage_pipeline.formats.facets.format import Facet, FacetFormat, Holder, Part

StateChange: TypeAlias = Literal["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"]


class Identifier(Part, frozen=True, kw_only=True):
    """Another name of a dataset. Its type is required, but producers leave it out."""

    namespace: str
    name: str
    type: str | None = None


class Symlinks(Facet, frozen=True, kw_only=True):
    """The body of `symlinks`."""

    identifiers: list[Identifier] | None = None


class SymlinkRow(NamedTuple):
    """One row per other name of the dataset.

    Columns:
        namespace, name: the other name.
        type: such as TABLE or LOCATION. Which of two names points at the other varies between
            producers: it is an equality, not a direction.
    """

    namespace: str
    name: str
    type: str | None


def symlink_rows(body: Symlinks) -> Iterator[SymlinkRow]:
    """Yield the other names as listed."""
    for alias in body.identifiers or ():
        yield SymlinkRow(alias.namespace, alias.name, alias.type)


class PreviousIdentifier(Part, frozen=True, kw_only=True):
    """The name that a dataset had before it was renamed."""

    namespace: str
    name: str


class LifecycleStateChange(Facet, frozen=True, kw_only=True):
    """The body of `lifecycleStateChange`."""

    lifecycle_state_change: StateChange
    previous_identifier: PreviousIdentifier | None = None


class LifecycleChangeRow(NamedTuple):
    """One row per facet: what a run does to the dataset as a whole, done once it completes.

    Columns:
        state_change: ALTER, CREATE, DROP, OVERWRITE, RENAME or TRUNCATE.
        previous_namespace, previous_name: the former name, after a RENAME.
    """

    state_change: str
    previous_namespace: str | None
    previous_name: str | None


def lifecycle_change_rows(body: LifecycleStateChange) -> Iterator[LifecycleChangeRow]:
    """Yield the one change."""
    previous = body.previous_identifier
    yield LifecycleChangeRow(
        body.lifecycle_state_change,
        previous.namespace if previous else None,
        previous.name if previous else None,
    )


class DatasetVersion(Facet, frozen=True, kw_only=True):
    """The body of `version`."""

    dataset_version: str


class DatasetVersionRow(NamedTuple):
    """One row per facet.

    Columns:
        dataset_version: the version read or written, as the producer names it.
    """

    dataset_version: str


def dataset_version_rows(body: DatasetVersion) -> Iterator[DatasetVersionRow]:
    """Yield the one version."""
    yield DatasetVersionRow(body.dataset_version)


class DatasetType(Facet, frozen=True, kw_only=True):
    """The body of `datasetType`."""

    dataset_type: str
    sub_type: str | None = None


class DatasetTypeRow(NamedTuple):
    """One row per facet.

    Columns:
        dataset_type: such as TABLE, VIEW, FILE, TOPIC, STREAM, MODEL, JOB_OUTPUT; an open list.
        sub_type: such as MATERIALIZED, EXTERNAL, TEMPORARY.
    """

    dataset_type: str
    sub_type: str | None


def dataset_type_rows(body: DatasetType) -> Iterator[DatasetTypeRow]:
    """Yield the one type."""
    yield DatasetTypeRow(body.dataset_type, body.sub_type)


_DATASET: frozenset[Holder] = frozenset({"dataset"})

FORMATS = (
    FacetFormat("symlinks", _DATASET, Symlinks, "symlink", SymlinkRow, symlink_rows),
    FacetFormat(
        key="lifecycleStateChange",
        holders=_DATASET,
        body=LifecycleStateChange,
        table="lifecycle_change",
        row=LifecycleChangeRow,
        rows=lifecycle_change_rows,
    ),
    FacetFormat(
        key="version",
        holders=_DATASET,
        body=DatasetVersion,
        table="dataset_version",
        row=DatasetVersionRow,
        rows=dataset_version_rows,
    ),
    FacetFormat(
        key="datasetType",
        holders=_DATASET,
        body=DatasetType,
        table="dataset_type",
        row=DatasetTypeRow,
        rows=dataset_type_rows,
    ),
)
