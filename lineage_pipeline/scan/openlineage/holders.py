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
from lineage_pipeline.formats.redaction import redact_identifier

if TYPE_CHECKING:
    from lineage_pipeline.formats.openlineage import HolderBody, Role
    from lineage_pipeline.scan.openlineage.facet_bodies import OddFacet, SeenFacet
    from lineage_pipeline.scan.openlineage.facets import FacetStore
    from lineage_pipeline.scan.writer import BatchWriter

CACHED_BYTES: Final = 96 << 20
"""Bodies kept in memory to recognise their repetitions; past that the cache starts anew."""

MARKS: Final[dict[Role, bytes]] = {
    "run": b"r", "job": b"j", "dataset": b"d", "input": b"i", "output": b"o",
}  # fmt: skip
"""The letter that tells apart, in an event's identity, who holds what."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Holder(NamedTuple):
    """One distinct run, job or dataset of the events.

    Attributes:
        body: the bytes that stand for it in events.
        unit: what it adds to an event's identity: a letter for its role, and `digest`.
        digest: SHA-256 over its names and the sorted digests of its facets: part of an event's
            identity.
        run_id: the run's id, without secrets; None for other holders.
        namespace: the namespace of a job or dataset, without secrets.
        name: the name of a job or dataset, without secrets.
        is_named: whether it has the names that an event needs.
        flags: what is odd about it, as (flag, detail).
        odd_facets: facets that are set aside wherever it occurs.
        redaction_count: secrets that were masked in it.
        extra: keys that the specification does not know.
    """

    body: bytes
    unit: bytes
    digest: bytes
    run_id: str | None
    namespace: str | None
    name: str | None
    is_named: bool
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

    def meet_many(self, role: Role, raws: list[msgspec.Raw]) -> list[Holder | None]:
        """Return the holders that stand in `raws`, in order; None for what has no such shape."""
        if self._seen_bytes > CACHED_BYTES:
            for by_hash in self._seen.values():
                by_hash.clear()
            self._seen_bytes = 0
        seen = self._seen[role]
        bodies = list(map(bytes, raws))
        met = list(map(seen.get, map(xxh3_64_intdigest, bodies)))
        fresh = dict.fromkeys(
            body
            for body, holder in zip(bodies, met, strict=True)
            if holder is None or holder.body != body
        )
        if not fresh:
            return list(met)
        learned = self._learn(role, list(fresh))
        for body, holder in learned.items():
            if holder is not None:
                seen[xxh3_64_intdigest(body)] = holder
                self._seen_bytes += len(body)
        return [
            holder if holder is not None and holder.body == body else learned[body]
            for body, holder in zip(bodies, met, strict=True)
        ]

    def _learn(self, role: Role, bodies: list[bytes]) -> dict[bytes, Holder | None]:
        """Return each body with its holder, None for what has no such shape; write their facets."""
        said = [_said(role, body) for body in bodies]
        uses = [
            (kind, redact_identifier(key)[0] or "", bytes(raw))
            for holder in said
            if holder is not None
            for kind, key, raw in holder.facets
        ]
        facets = self._facets.meet_many(uses)
        learned: dict[bytes, Holder | None] = {}
        done = 0
        for body, holder in zip(bodies, said, strict=True):
            if holder is None:
                learned[body] = None
                continue
            end = done + len(holder.facets)
            learned[body] = self.holder(role, body, holder, facets[done:end])
            done = end
        return learned

    def first_seen(self, digests: list[bytes], without: set[int]) -> list[bool]:
        """Return which of the holders are new to the task, but for some; they are known then."""
        found = []
        for place, digest in enumerate(digests):
            is_new = digest not in self._written and place not in without
            if is_new:
                self._written.add(digest)
            found.append(is_new)
        return found

    def holder(
        self, role: Role, body: bytes, said: HolderBody, seen: list[SeenFacet | None]
    ) -> Holder:
        """Return the holder that says this, once it is written which facets it has.

        Args:
            role: what it is of its event.
            body: the bytes that stand for it.
            said: its names and facets.
            seen: what is known of each of the facets.
        """
        namespace, in_namespace = redact_identifier(said.namespace)
        name, in_name = redact_identifier(said.name)
        run_id, in_run_id = redact_identifier(said.run_id)
        redactions = in_namespace + in_name + in_run_id
        flags: list[tuple[str, str]] = []
        odd: list[OddFacet] = []
        facets: list[tuple[str, str, bytes]] = []
        units: list[bytes] = []
        for (kind, sent_key, _), facet in zip(said.facets, seen, strict=True):
            cleaned, in_key = redact_identifier(sent_key)
            key = cleaned or ""
            redactions += in_key
            if facet is None:
                flags.append(("null_facet", key))
                continue
            digest, unit, odd_flags, odd_facet, masked = facet
            facets.append((kind, key, digest))
            units.append(unit)
            if odd_flags or masked:
                flags += odd_flags
                redactions += masked
                odd += [odd_facet] if odd_facet else []
        if role == "run" and not is_uuid(run_id or ""):
            flags.append(("run_id_not_uuid", ""))
        digest = holder_digest(run_id, namespace, name, units)
        self._write(digest, facets)
        return Holder(
            body, MARKS[role] + digest, digest, run_id, namespace, name,
            bool(run_id or (namespace and name)), tuple(flags), tuple(odd), redactions,
            said.extra,
        )  # fmt: skip

    def _write(self, digest: bytes, facets: list[tuple[str, str, bytes]]) -> None:
        if facets and digest not in self._written:
            self._written.add(digest)
            self._writer.extend("holder_facet", [(digest, *facet) for facet in facets])


def is_uuid(text: str) -> bool:
    """Return whether a run's id is what the specification wants it to be."""
    return _UUID.fullmatch(text) is not None


def _said(role: Role, body: bytes) -> HolderBody | None:
    try:
        return decode_holder(role, body)
    except msgspec.ValidationError:
        return None


def holder_digest(
    run_id: str | None, namespace: str | None, name: str | None, units: list[bytes]
) -> bytes:
    """Return the identity of a holder: SHA-256 over its names and what its facets add.

    Args:
        run_id: the run's id after redaction, None for other holders; the names come first, as a
            JSON array.
        namespace: the namespace of a job or dataset after redaction.
        name: the name of a job or dataset after redaction.
        units: the unit of each facet, in any order; sorted, they come last.
    """
    names = msgspec.json.encode((run_id, namespace, name))
    return hashlib.sha256(names + b"".join(sorted(units))).digest()
