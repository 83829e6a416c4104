"""Facets by content: each distinct body is redacted, hashed, checked and shredded once.

Inside a task a body is found by a fast hash and known by its bytes, so nothing that merely looks
the same can take its place; across tasks and runs it is known by its SHA-256.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from xxhash import xxh3_64_intdigest

from lineage_pipeline.bronze.known import ORDINARY, KnownFacet
from lineage_pipeline.formats.facets import FACETS
from lineage_pipeline.formats.facets.format import decode
from lineage_pipeline.formats.redact import redact_body, suspected

if TYPE_CHECKING:
    from lineage_pipeline.bronze.known import KnownFacets
    from lineage_pipeline.bronze.writer import BatchWriter
    from lineage_pipeline.formats.facets.format import Holder

CACHED_BYTES: Final = 64 << 20
"""Bodies kept in memory to recognise their repetitions; past that the cache starts anew."""

FacetUse = tuple["Holder", str, bytes]
"""Kind of holder, key and bytes of one facet of an event."""

_HEAD: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


class OddFacet(NamedTuple):
    """A facet that its schema does not fit: its key, its bytes, the reason."""

    key: str
    size: int
    reason: str


class SeenFacet(NamedTuple):
    """A facet body that the task has met under one key of one kind of holder.

    Attributes:
        digest: SHA-256 of the body after redaction.
        unit: SHA-256 over kind of holder, key and digest: what it adds to its holder's identity.
        flags: what is odd about it, as (flag, detail).
        odd: why it is set aside wherever it occurs, None if it is not.
        redaction_count: secrets that were masked in it.
    """

    digest: bytes
    unit: bytes
    flags: tuple[tuple[str, str], ...]
    odd: OddFacet | None
    redaction_count: int


class FacetStore:
    """The facet bodies that one task meets; new ones are written as they come."""

    def __init__(self, known: KnownFacets, writer: BatchWriter) -> None:
        """Start from the bodies that are `known` already; write new ones to `writer`."""
        self._known = known
        self._writer = writer
        self._met: dict[tuple[Holder, str, bytes], KnownFacet] = {}
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
        fresh: dict[FacetUse, SeenFacet | None] = {
            use: None
            for use, known in zip(uses, met, strict=True)
            if known is None or known[0] != use[2]
        }
        if not fresh:
            return [known[1] for known in met if known is not None]
        self._learn(fresh)
        for (holder, key, body), facet in fresh.items():
            seen[holder, key, xxh3_64_intdigest(body)] = (body, facet)
            self._seen_bytes += len(body)
        return [
            known[1] if known is not None and known[0] == use[2] else fresh[use]
            for use, known in zip(uses, met, strict=True)
        ]

    def _learn(self, fresh: dict[FacetUse, SeenFacet | None]) -> None:
        """Find out about bodies that the task has not met, and write what bronze does not hold."""
        suspects = suspected([body for _, _, body in fresh])
        for use, is_suspect in zip(fresh, suspects, strict=True):
            if use[2] != b"null":
                fresh[use] = self._first_sight(use, is_suspect=is_suspect)

    def _first_sight(self, use: FacetUse, *, is_suspect: bool) -> SeenFacet:
        holder, key, raw = use
        is_suspect = is_suspect or key == "environmentVariables"
        body, redactions = redact_body(key, raw) if is_suspect else (raw, 0)
        digest = sha256(body).digest()
        known = self._met.get((holder, key, digest)) or self._known.get(holder, key, digest)
        if known is None:
            known = self._store(holder, key, body, digest)
            self._met[holder, key, digest] = known
        unit = facet_unit(holder, key, digest)
        if known == ORDINARY:
            return SeenFacet(digest, unit, (), None, redactions)
        flags = [("facet_without_producer", key)] if known.lacks_producer else []
        odd = None
        if known.set_aside_reason:
            flags.append(("facet_set_aside", key))
            odd = OddFacet(key, len(raw), known.set_aside_reason)
        return SeenFacet(digest, unit, tuple(flags), odd, redactions)

    def _store(self, holder: Holder, key: str, body: bytes, digest: bytes) -> KnownFacet:
        fmt = FACETS.get((holder, key))
        facet, problem, is_deleted = None, None, False
        if fmt is not None:
            try:
                facet = decode(fmt, body)
                is_deleted = facet is None
            except msgspec.DecodeError as error:
                problem = str(error)
        if facet is not None and fmt is not None:
            producer, schema_url = facet.producer, facet.schema_url
            self._writer.extend(fmt.table, [(digest, *row) for row in fmt.rows(facet)])
        else:
            producer, schema_url, is_object = _head(body)
            problem = problem if is_object else "the facet is not an object"
        row = (
            digest, key, holder, body.decode(), producer, schema_url,
            fmt is not None, is_deleted, problem,
        )  # fmt: skip
        self._writer.add("facet", row)
        return KnownFacet(problem, producer is None)


def facet_unit(holder: Holder, key: str, digest: bytes) -> bytes:
    """Return what a facet adds to the identity of its holder, 32 bytes.

    Args:
        holder: the kind of holder; with the key, as a JSON array, it comes first.
        key: the facet's key.
        digest: SHA-256 of the body after redaction.
    """
    return sha256(msgspec.json.encode((holder, key)) + digest).digest()


def _head(body: bytes) -> tuple[str | None, str | None, bool]:
    """Return producer and schema URL of any facet, and whether it is an object at all."""
    try:
        head = _HEAD.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return None, None, False
    return _text(head.get("_producer")), _text(head.get("_schemaURL")), True


def _text(raw: msgspec.Raw | None) -> str | None:
    value = None if raw is None else msgspec.json.decode(raw)
    return value if isinstance(value, str) else None
