"""Facets by content: each distinct body of a task is looked into once.

Inside a task a body is found by a fast hash and known by its bytes, so nothing that merely looks
the same can take its place; across tasks and runs it is known by its SHA-256.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xxhash import xxh3_64_intdigest

from lineage_pipeline.formats.redaction import suspected
from lineage_pipeline.scan.openlineage.facet_bodies import FacetBodies

if TYPE_CHECKING:
    from lineage_pipeline.formats.facets.format import Holder
    from lineage_pipeline.scan.openlineage.facet_bodies import SeenFacet
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets
    from lineage_pipeline.scan.writer import BatchWriter

CACHED_BYTES: Final = 64 << 20
"""Bodies kept in memory to recognise their repetitions; past that the cache starts anew."""

FacetUse = tuple["Holder", str, bytes]
"""Kind of holder, key and bytes of one facet of an event."""


class FacetStore:
    """The facet bodies that one task meets; new ones are written as they come."""

    def __init__(self, known: KnownFacets, writer: BatchWriter) -> None:
        """Start from the bodies that are `known` already; write new ones to `writer`."""
        self._known = known
        self._writer = writer
        self._bodies: dict[tuple[Holder, str], FacetBodies] = {}
        self._seen: dict[tuple[Holder, str, int], tuple[bytes, SeenFacet | None]] = {}
        self._seen_bytes = 0

    def meet_many(self, uses: list[FacetUse]) -> list[SeenFacet | None]:
        """Return what is known of each facet, in the order given; None of one that is `null`."""
        if self._seen_bytes > CACHED_BYTES:
            self._seen.clear()
            self._seen_bytes = 0
        seen = self._seen
        places = [(holder, key, xxh3_64_intdigest(body)) for holder, key, body in uses]
        met = list(map(seen.get, places))
        new = dict.fromkeys(
            use for use, known in zip(uses, met, strict=True) if known is None or known[0] != use[2]
        )
        if not new:
            return [known[1] for known in met if known is not None]
        fresh = dict(zip(new, self.learn(list(new)), strict=True))
        for (holder, key, body), facet in fresh.items():
            seen[holder, key, xxh3_64_intdigest(body)] = (body, facet)
            self._seen_bytes += len(body)
        return [
            known[1] if known is not None and known[0] == use[2] else fresh[use]
            for use, known in zip(uses, met, strict=True)
        ]

    def learn(self, uses: list[FacetUse]) -> list[SeenFacet | None]:
        """Find out about bodies that the task has not met, and write what bronze does not hold.

        Args:
            uses: bodies that are JSON, none twice under one key of one kind of holder.
        """
        suspects = suspected([body for _, _, body in uses])
        places: dict[tuple[Holder, str], list[int]] = {}
        for place, (holder, key, _) in enumerate(uses):
            places.setdefault((holder, key), []).append(place)
        found: list[SeenFacet | None] = [None] * len(uses)
        for (holder, key), own in places.items():
            seen = self._of(holder, key).learn(
                [uses[place][2] for place in own], [suspects[place] for place in own]
            )
            for place, facet in zip(own, seen, strict=True):
                found[place] = facet
        return found

    def _of(self, holder: Holder, key: str) -> FacetBodies:
        bodies = self._bodies.get((holder, key))
        if bodies is None:
            bodies = FacetBodies(holder, key, self._known, self._writer)
            self._bodies[holder, key] = bodies
        return bodies
