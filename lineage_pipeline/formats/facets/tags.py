"""The `tags` facet: labels on datasets, their fields, jobs and runs."""

from collections.abc import Iterator
from typing import NamedTuple

from lineage_pipeline.formats.facets.format import PERSISTENT, Facet, FacetFormat, Part


class Tag(Part, frozen=True, kw_only=True):
    """A label; only a dataset's may name a field."""

    key: str
    value: str
    source: str | None = None
    field: str | None = None


class Tags(Facet, frozen=True, kw_only=True):
    """The body of `tags`."""

    tags: list[Tag] | None = None


class TagRow(NamedTuple):
    """One row per tag, as listed.

    Columns:
        key: such as pii.
        value: such as true; always text.
        source: who set it, such as USER, INTEGRATION, SPARK.
        field: the dataset's field that it applies to, null for the whole holder.
    """

    key: str
    value: str
    source: str | None
    field: str | None


def tag_rows(body: Tags) -> Iterator[TagRow]:
    """Yield the tags as listed."""
    for tag in body.tags or ():
        yield TagRow(tag.key, tag.value, tag.source, tag.field)


TAGS = FacetFormat("tags", PERSISTENT, Tags, "tag", TagRow, tag_rows)
RUN_TAGS = FacetFormat("tags", frozenset({"run"}), Tags, "tag", TagRow, tag_rows)

FORMATS = (TAGS, RUN_TAGS)
