"""The `documentation` facet: what a dataset or a job is for, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import PERSISTENT, Facet, FacetFormat


class Documentation(Facet, frozen=True, kw_only=True):
    """The body of `documentation`."""

    description: str
    content_type: str | None = None


class DocumentationRow(NamedTuple):
    """One row per facet.

    Columns:
        description: the text.
        content_type: its MIME type, such as text/markdown.
    """

    description: str
    content_type: str | None


def documentation_rows(body: Documentation) -> Iterator[DocumentationRow]:
    """Yield the one description."""
    yield DocumentationRow(body.description, body.content_type)


DOCUMENTATION = FacetFormat(
    key="documentation",
    holders=PERSISTENT,
    body=Documentation,
    table="documentation",
    row=DocumentationRow,
    rows=documentation_rows,
)

FORMATS = (DOCUMENTATION,)
