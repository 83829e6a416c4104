"""Shredding a facet body by holder and key, as the scan does."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lineage_pipeline.formats.facets import FACETS, Holder, decode

Shred = Callable[[Holder, str, object], list[tuple[Any, ...]]]


@pytest.fixture
def shred() -> Shred:
    """Return a function from (holder, key, body) to rows; a tombstone has none."""

    def rows_of(holder: Holder, key: str, body: object) -> list[tuple[Any, ...]]:
        fmt = FACETS[holder, key]
        decoded = decode(fmt, msgspec.json.encode(body))
        return [] if decoded is None else list(fmt.rows(decoded))

    return rows_of
