"""Facets by content: each distinct body is redacted, hashed, checked and shredded once.

Inside a task a body is known by its bytes, so nothing that merely looks the same can take its
place; across tasks and runs it is known by its SHA-256.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline.bronze.tasks import KnownFacet
from lineage_pipeline.formats.facets import FACETS
from lineage_pipeline.formats.facets.format import decode
from lineage_pipeline.formats.redact import redact_body

if TYPE_CHECKING:
    from lineage_pipeline.bronze.tasks import FacetIdentity
    from lineage_pipeline.bronze.writer import BatchWriter
    from lineage_pipeline.formats.openlineage import FacetUse

CACHED_BYTES: Final = 256 << 20
"""Bodies kept in memory to recognise their repetitions; past that the cache starts anew."""

_HEAD: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class SeenFacet(NamedTuple):
    """A facet body that the task has met: digest, what is known of it, values masked in it."""

    digest: bytes
    known: KnownFacet
    redaction_count: int


class FacetStore:
    """The facet bodies that one task meets; new ones are written as they come."""

    def __init__(self, known: dict[FacetIdentity, KnownFacet], writer: BatchWriter) -> None:
        """Start from the bodies that are `known` already; write new ones to `writer`."""
        self._known = known
        self._writer = writer
        self._seen: dict[tuple[str, str, bytes], SeenFacet | None] = {}
        self._seen_bytes = 0

    def meet(self, use: FacetUse) -> SeenFacet | None:
        """Return what is known of the facet; None if it is `null`."""
        raw = bytes(use.body)
        key = (use.holder, use.key, raw)
        if key in self._seen:
            return self._seen[key]
        if self._seen_bytes > CACHED_BYTES:
            self._seen.clear()
            self._seen_bytes = 0
        self._seen_bytes += len(raw)
        seen = None if raw == b"null" else self._first_sight(use, raw)
        self._seen[key] = seen
        return seen

    def _first_sight(self, use: FacetUse, raw: bytes) -> SeenFacet:
        body, redactions = redact_body(use.key, raw)
        digest = hashlib.sha256(body).digest()
        identity = (use.holder, use.key, digest)
        known = self._known.get(identity)
        if known is None:
            known = self._store(use, body, digest)
            self._known[identity] = known
        return SeenFacet(digest, known, redactions)

    def _store(self, use: FacetUse, body: bytes, digest: bytes) -> KnownFacet:
        fmt = FACETS.get((use.holder, use.key))
        try:
            head = _HEAD.decode(body)
        except msgspec.DecodeError:
            return self._write(use, body, digest, head={}, problem="the facet is not an object")
        if fmt is None:
            return self._write(use, body, digest, head=head, problem=None)
        try:
            facet = decode(fmt, body)
        except (msgspec.DecodeError, RecursionError) as error:
            return self._write(use, body, digest, head=head, problem=str(error))
        if facet is not None:
            self._writer.extend(fmt.table, ((digest, *row) for row in fmt.rows(facet)))
        return self._write(use, body, digest, head=head, problem=None, is_deleted=facet is None)

    def _write(
        self,
        use: FacetUse,
        body: bytes,
        digest: bytes,
        *,
        head: dict[str, msgspec.Raw],
        problem: str | None,
        is_deleted: bool = False,
    ) -> KnownFacet:
        producer = _text(head.get("_producer"))
        is_standard = (use.holder, use.key) in FACETS
        row = (
            digest, use.key, use.holder, body.decode(), producer, _text(head.get("_schemaURL")),
            is_standard, is_deleted, problem,
        )  # fmt: skip
        self._writer.add("facet", row)
        return KnownFacet(problem, producer is None)


def _text(raw: msgspec.Raw | None) -> str | None:
    value = None if raw is None else msgspec.json.decode(raw)
    return value if isinstance(value, str) else None
