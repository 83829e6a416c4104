"""The bodies of one kind of facet: redacted, hashed, checked and shredded, many at a time."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from lineage_pipeline.formats import patient
from lineage_pipeline.formats.facets import FACETS
from lineage_pipeline.formats.facets.format import Facet, decode, decode_many, heads
from lineage_pipeline.formats.redaction import is_always_redacted, redact_body
from lineage_pipeline.formats.rejection import HALF, TOO_DEEP
from lineage_pipeline.scan.openlineage.known_facets import ORDINARY, KnownFacet
from lineage_pipeline.schemas import FACET, own_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.formats.facets.format import FacetFormat, Holder
    from lineage_pipeline.scan.openlineage.known_facets import KnownFacets
    from lineage_pipeline.scan.writer import BatchWriter

_HEAD: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FACET: Final = own_columns(FACET, ("batch_id",))
_NO_OBJECT: Final = "the facet is not an object"


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


class _Said(NamedTuple):
    """What a body that bronze does not hold says of itself.

    Attributes:
        facet: the body as its format decodes it; None without a format, or if it breaks it.
        producer: who made it.
        schema_url: the schema that it claims to follow.
        is_deleted: whether it retracts the facet.
        problem: why it is set aside, None if it is not.
    """

    facet: Facet | None
    producer: str | None
    schema_url: str | None
    is_deleted: bool
    problem: str | None


class FacetBodies:
    """The bodies that one task meets under one key of one kind of holder."""

    def __init__(self, holder: Holder, key: str, known: KnownFacets, writer: BatchWriter) -> None:
        """Start from the bodies that are `known` already; write new ones to `writer`."""
        self._holder = holder
        self._key = key
        self._is_always_redacted = is_always_redacted(key)
        self._known = known
        self._writer = writer
        self._format = FACETS.get((holder, key))
        self._prefix = unit_prefix(holder, key)
        self._met: dict[bytes, KnownFacet] = {}

    def learn(self, raws: list[bytes], suspects: list[bool]) -> list[SeenFacet | None]:
        """Return what is to be known of each body, None of one that is `null`.

        Args:
            raws: the bodies as they were sent, none of them twice.
            suspects: which of them may hold secrets.
        """
        bodies, masked = self._redacted(raws, suspects)
        digests = [sha256(body).digest() for body in bodies]
        met, prefix = self._meet(digests, bodies), self._prefix
        return [
            SeenFacet(digest, sha256(prefix + digest).digest(), (), None, count)
            if met[digest] is ORDINARY
            else self._odd(raw, digest, met[digest], count)
            for raw, digest, count in zip(raws, digests, masked, strict=True)
        ]

    def _redacted(self, raws: list[bytes], suspects: list[bool]) -> tuple[list[bytes], list[int]]:
        """Return the bodies without secrets, and how many were taken out of each."""
        if not self._is_always_redacted and not any(suspects):
            return raws, [0] * len(raws)
        found = [
            redact_body(self._key, raw) if is_suspect or self._is_always_redacted else (raw, 0)
            for raw, is_suspect in zip(raws, suspects, strict=True)
        ]
        return [body for body, _ in found], [count for _, count in found]

    def _meet(self, digests: list[bytes], bodies: list[bytes]) -> dict[bytes, KnownFacet]:
        """Return what is known of all bodies so far, those of these digests among them."""
        met = self._met
        fresh = {
            digest: body
            for digest, body in zip(digests, bodies, strict=True)
            if digest not in met and body != b"null"
        }
        met |= self._known.among(self._holder, self._key, list(fresh))
        new = {digest: body for digest, body in fresh.items() if digest not in met}
        if new:
            met |= self._stored(list(new), list(new.values()))
        if b"null" in bodies:
            met.setdefault(sha256(b"null").digest(), _NULL)
        return met

    def _odd(self, raw: bytes, digest: bytes, known: KnownFacet, masked: int) -> SeenFacet | None:
        if known is _NULL:
            return None
        flags = [("facet_without_producer", self._key)] if known.lacks_producer else []
        odd = None
        if known.set_aside_reason:
            flags.append(("facet_set_aside", self._key))
            odd = OddFacet(self._key, len(raw), known.set_aside_reason)
        unit = sha256(self._prefix + digest).digest()
        return SeenFacet(digest, unit, tuple(flags), odd, masked)

    def _stored(self, digests: list[bytes], bodies: list[bytes]) -> dict[bytes, KnownFacet]:
        """Write bodies that bronze does not hold, and the rows of those that have a format."""
        said = self._said(bodies)
        fmt = self._format
        if fmt is not None:
            self._writer.extend(
                fmt.table,
                [
                    (digest, *row)
                    for digest, one in zip(digests, said, strict=True)
                    if one.facet is not None
                    for row in fmt.rows(one.facet)
                ],
            )
        count = len(digests)
        columns: dict[str, list[Any]] = {
            "facet_digest": digests,
            "key": [self._key] * count,
            "holder": [self._holder] * count,
            "body": [body.decode() for body in bodies],
            "producer": [one.producer for one in said],
            "schema_url": [one.schema_url for one in said],
            "is_standard": [fmt is not None] * count,
            "is_deleted": [one.is_deleted for one in said],
            "set_aside_reason": [one.problem for one in said],
        }
        self._writer.put("facet", _FACET, columns)
        return {
            digest: ORDINARY
            if one.problem is None and one.producer is not None
            else KnownFacet(one.problem, one.producer is None)
            for digest, one in zip(digests, said, strict=True)
        }

    def _said(self, bodies: list[bytes]) -> list[_Said]:
        fmt = self._format
        facets = heads(bodies) if fmt is None else decode_many(fmt, bodies)
        if facets is None:
            return [_one(fmt, body) for body in bodies]
        kept = fmt is not None
        return [
            _Said(facet if kept else None, facet.producer, facet.schema_url, False, None)  # noqa: FBT003
            for facet in facets
        ]


_NULL: Final = KnownFacet(set_aside_reason=None, lacks_producer=False)
"""What is known of `null`, which is no facet; told from `ORDINARY` by being another."""


def unit_prefix(holder: Holder, key: str) -> bytes:
    """Return what stands before a facet's digest in what it adds to its holder's identity.

    SHA-256 over this and the digest of the body after redaction is a facet's unit.
    """
    return msgspec.json.encode((holder, key))


def _one(fmt: FacetFormat | None, body: bytes) -> _Said:
    """Return what one body says, which may break its format."""
    facet, problem, is_deleted = None, None, False
    if fmt is not None:
        try:
            facet = decode(fmt, body)
            is_deleted = facet is None
        except msgspec.DecodeError as error:
            problem = str(error)
    if facet is not None:
        return _Said(facet, facet.producer, facet.schema_url, is_deleted, problem)
    head: Mapping[str, bytes | msgspec.Raw] | None
    try:
        head = _HEAD.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        head = patient.members(body)
        problem = TOO_DEEP if isinstance(error, RecursionError) else HALF
    if head is None:
        return _Said(None, None, None, is_deleted, _NO_OBJECT)
    producer, schema_url = _text(head.get("_producer")), _text(head.get("_schemaURL"))
    return _Said(None, producer, schema_url, is_deleted, problem)


def _text(raw: bytes | msgspec.Raw | None) -> str | None:
    try:
        value = None if raw is None else msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return None
    return value if isinstance(value, str) else None
