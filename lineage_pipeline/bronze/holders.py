"""Runs, jobs and datasets by content: what an event holds is worked through once per distinct body.

A holder is looked up by a fast hash of its bytes and compared byte by byte, so a forged collision
costs its author time and swallows nothing.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
from xxhash import xxh3_64_intdigest

from lineage_pipeline.formats.openlineage import decode_holder
from lineage_pipeline.formats.redact import redact_identifier

if TYPE_CHECKING:
    from lineage_pipeline.bronze.facets import FacetStore, OddFacet
    from lineage_pipeline.bronze.writer import BatchWriter
    from lineage_pipeline.formats.openlineage import Role

CACHED_BYTES: Final = 96 << 20
"""Bodies kept in memory to recognise their repetitions; past that the cache starts anew."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Holder(NamedTuple):
    """One distinct run, job or dataset of the events.

    Attributes:
        body: the bytes that stand for it in events.
        digest: SHA-256 over its names and the sorted digests of its facets: part of an event's
            identity.
        run_id: the run's id; None for other holders.
        namespace: the namespace of a job or dataset, without secrets.
        name: the name of a job or dataset, without secrets.
        flags: what is odd about it, as (flag, detail).
        odd_facets: facets that are set aside wherever it occurs.
        redaction_count: secrets that were masked in it.
        extra: keys that the specification does not know.
    """

    body: bytes
    digest: bytes
    run_id: str | None
    namespace: str | None
    name: str | None
    flags: tuple[tuple[str, str], ...]
    odd_facets: tuple[OddFacet, ...]
    redaction_count: int
    extra: dict[str, Any] | None


class HolderStore:
    """The holders that one task meets; the facets of new ones are written as they come."""

    def __init__(self, facets: FacetStore, writer: BatchWriter) -> None:
        """Look up facets in `facets`; write which facets a holder has to `writer`."""
        self._facets = facets
        self._writer = writer
        self._written: set[bytes] = set()
        self._seen: dict[Role, dict[int, Holder]] = {
            "run": {}, "job": {}, "dataset": {}, "input": {}, "output": {},
        }  # fmt: skip
        self._seen_bytes = 0

    def meet(self, role: Role, raw: msgspec.Raw) -> Holder:
        """Return the holder that stands in `raw`.

        Raises:
            msgspec.ValidationError: it has not the shape of one.
        """
        place = xxh3_64_intdigest(raw)
        seen = self._seen[role].get(place)
        body = bytes(raw)
        if seen is not None and seen.body == body:
            return seen
        holder = self._first_sight(role, body)
        if self._seen_bytes > CACHED_BYTES:
            for by_hash in self._seen.values():
                by_hash.clear()
            self._seen_bytes = 0
        self._seen_bytes += len(body)
        self._seen[role][place] = holder
        return holder

    def _first_sight(self, role: Role, body: bytes) -> Holder:
        said = decode_holder(role, body)
        namespace, in_namespace = redact_identifier(said.namespace)
        name, in_name = redact_identifier(said.name)
        redactions = in_namespace + in_name
        flags: list[tuple[str, str]] = []
        odd: list[OddFacet] = []
        facets: list[tuple[str, str, bytes]] = []
        units: list[bytes] = []
        meet = self._facets.meet
        for kind, key, raw in said.facets:
            seen = meet(kind, key, bytes(raw))
            if seen is None:
                flags.append(("null_facet", key))
                continue
            facets.append((kind, key, seen[0]))
            units.append(seen[1])
            if seen.flags or seen.redaction_count:
                flags += seen.flags
                redactions += seen.redaction_count
                odd += [seen.odd] if seen.odd else []
        if role == "run" and not _UUID.fullmatch(said.run_id or ""):
            flags.append(("run_id_not_uuid", ""))
        digest = holder_digest(said.run_id, namespace, name, units)
        self._write(digest, facets)
        return Holder(
            body, digest, said.run_id, namespace, name, tuple(flags), tuple(odd), redactions,
            said.extra,
        )  # fmt: skip

    def _write(self, digest: bytes, facets: list[tuple[str, str, bytes]]) -> None:
        if facets and digest not in self._written:
            self._written.add(digest)
            self._writer.extend("holder_facet", [(digest, *facet) for facet in facets])


def holder_digest(
    run_id: str | None, namespace: str | None, name: str | None, units: list[bytes]
) -> bytes:
    """Return the identity of a holder: SHA-256 over its names and what its facets add.

    Args:
        run_id: the run's id, None for other holders; the names come first, as a JSON array.
        namespace: the namespace of a job or dataset after redaction.
        name: the name of a job or dataset after redaction.
        units: `facet_unit` of each facet, in any order; sorted, they come last.
    """
    names = msgspec.json.encode((run_id, namespace, name))
    return hashlib.sha256(names + b"".join(sorted(units))).digest()
