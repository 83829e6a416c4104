"""The `ownership` facet: who answers for a dataset or a job."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import PERSISTENT, Facet, FacetFormat, Part


class Owner(Part, frozen=True, kw_only=True):
    """An owner by identifier, at best a URN such as `team:data`."""

    name: str
    type: str | None = None


class Ownership(Facet, frozen=True, kw_only=True):
    """The body of `ownership`."""

    owners: list[Owner] | None = None


class OwnerRow(NamedTuple):
    """One row per owner, as listed.

    Columns:
        name: the owner's identifier.
        type: the kind of ownership, such as MAINTAINER.
    """

    name: str
    type: str | None


def owner_rows(body: Ownership) -> Iterator[OwnerRow]:
    """Yield the owners as listed."""
    for owner in body.owners or ():
        yield OwnerRow(owner.name, owner.type)


OWNERSHIP = FacetFormat(
    key="ownership",
    holders=PERSISTENT,
    body=Ownership,
    table="owner",
    row=OwnerRow,
    rows=owner_rows,
)

FORMATS = (OWNERSHIP,)
