"""What the numbers of a compiled scan stand for, found out once for each number.

Texts are cleaned, facets checked, hashed and stored, holders identified by the same code that does
it for records that are decoded one by one.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from lineage_pipeline.formats.openlineage import EVENT_TYPES, HolderBody
from lineage_pipeline.formats.redaction import redact_identifier
from lineage_pipeline.formats.split import kind as kinds
from lineage_pipeline.formats.split import preimages
from lineage_pipeline.formats.split.interned import MOST_TEXTS, Interned
from lineage_pipeline.scan.openlineage import columns
from lineage_pipeline.scan.openlineage.facet_bodies import SeenFacet
from lineage_pipeline.scan.openlineage.holders import MARKS, is_uuid
from lineage_pipeline.schemas import HOLDER_FACET, own_columns

if TYPE_CHECKING:
    from lineage_pipeline.formats.openlineage import Role
    from lineage_pipeline.scan.openlineage.facets import FacetStore, FacetUse
    from lineage_pipeline.scan.openlineage.holders import Holder, HolderStore
    from lineage_pipeline.scan.writer import BatchWriter

ROLES: Final[tuple[Role, ...]] = tuple(MARKS)
_ROWS: Final = own_columns(HOLDER_FACET, ("batch_id",))
_BODIES: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ONE: Final = msgspec.json.Decoder(msgspec.Raw)
_BLANK: Final = bytes(preimages.DIGEST)


class Learned:
    """The numbers that one task has met, and what they stand for.

    Attributes:
        table: the texts.
        is_odd: of a text, whether it is kept otherwise than it was sent or wants a flag.
        is_broken: of a facet, whether it is no JSON; of a holder, whether it has such a facet, or
            one under a key that is not kept as it was sent.
        digest: the SHA-256 of a facet or holder.
        odd_holders: the holders of which there is anything to say.
    """

    def __init__(self, facets: FacetStore, holders: HolderStore, writer: BatchWriter) -> None:
        """Store new facets in `facets`; write to `writer` which holder has which."""
        self._facets = facets
        self._holders = holders
        self._writer = writer
        self.table = Interned()
        self.is_odd = np.zeros(MOST_TEXTS, np.bool_)
        self.is_broken = np.zeros(MOST_TEXTS, np.bool_)
        self.digest = np.empty((MOST_TEXTS, preimages.DIGEST), np.uint8)
        self.odd_holders: dict[int, Holder] = {}
        self._is_known = np.zeros(MOST_TEXTS, np.bool_)
        self._unit = np.empty((MOST_TEXTS, preimages.DIGEST), np.uint8)
        self._odd_facets: dict[int, SeenFacet | None] = {}
        self._keys: dict[int, str] = {}
        self._cleaned = np.zeros(MOST_TEXTS, np.int64)

    def names(self, holders: Any) -> Any:
        """Return the numbers of each holder's two names, as they are kept; -1 where it has none."""
        table = self.table
        places = table.start[holders][:, None] + np.arange(4 * kinds.NAMES)
        names = table.arena[places].view(np.int32).astype(np.int64)
        return names + np.where(names >= 0, self._cleaned[names], 0)

    def make_room(self, more_bytes: int) -> None:
        """Have room for the texts of a block of that size; forget all if that is too many."""
        if self.table.is_worn:
            self.table.forget()
            self._is_known[:] = False
            self.is_odd[:] = False
            self.is_broken[:] = False
            self._cleaned[:] = 0
            for by_number in (self._odd_facets, self.odd_holders, self._keys):
                by_number.clear()
        self.table.make_room(more_bytes)

    def judge_texts(self, numbers: Any) -> None:
        """Find out which texts are odd."""
        new = self._new(numbers)
        for number, context in zip(new, self.table.context[new].tolist(), strict=True):
            text = self.table.text(number).decode()
            if context == kinds.EVENT_TYPE:
                self.is_odd[number] = text not in EVENT_TYPES
            elif context == kinds.TEXT:
                self.is_odd[number] = self._clean(number, text)
            elif not is_uuid(text):
                self._clean(number, text)
                self.is_odd[number] = True
            self._is_known[number] = True

    def judge_holders(self, numbers: Any) -> None:
        """Find out which holders are broken; nothing is written."""
        holders = np.array(self._new(numbers), dtype=np.int64)
        members, bounds = preimages.members(self.table, holders)
        owners, steps = _places(bounds)
        is_facet = steps >= kinds.NAMES
        facets = members[is_facet]
        new = self._new(facets)
        if not _are_json([self.table.text(number) for number in new]):
            for number in new:
                self.is_broken[number] = not _is_json(self.table.text(number))
            self._decline(holders[owners[is_facet][self.is_broken[facets]]])
        is_secret = self._tell_secrets((self.table.context[facets] - kinds.FACET) // kinds.STEPS)
        if is_secret.any():
            self._decline(holders[owners[is_facet][is_secret]])

    def store(self, numbers: Any) -> None:
        """Store the holders that are new, and the facets that are new in them."""
        holders = np.array(self._new(numbers), dtype=np.int64)
        if not len(holders):
            return
        members, bounds = preimages.members(self.table, holders)
        owners, steps = _places(bounds)
        is_facet = steps >= kinds.NAMES
        self.judge_texts(members[~is_facet & (members >= 0)])
        self._store_facets(members[is_facet])
        found = hashes(*preimages.of_holders(self.table, holders, members, bounds, self._unit))
        self.digest[holders] = _rows(found)
        self._is_known[holders] = True
        odd = np.unique(owners[self._is_noted(members)])
        for place in odd.tolist():
            self._look_into(int(holders[place]), members[bounds[place] : bounds[place + 1]])
        is_first = np.array(self._holders.first_seen(found, set(odd.tolist())), dtype=np.bool_)
        wanted = is_facet & is_first[owners]
        self._write(holders[owners[wanted]], members[wanted])

    def _clean(self, number: int, text: str) -> bool:
        """Note how a name is kept; return whether that is otherwise than it was sent."""
        cleaned, masked = redact_identifier(text)
        if masked and cleaned is not None:
            self._cleaned[number] = self._added(cleaned.encode()) - number
        return masked > 0

    def _tell_secrets(self, keys: Any) -> Any:
        """Return which of the keys of facets are not kept as they were sent."""
        for number in self._new(keys):
            self.is_odd[number] = redact_identifier(self.table.text(number).decode())[1] > 0
            self._is_known[number] = True
        return self.is_odd[keys]

    def _decline(self, holders: Any) -> None:
        """Have the lines with these holders decoded."""
        self.is_broken[holders] = True
        self._is_known[holders] = True

    def _added(self, text: bytes) -> int:
        """Return the number of a text that no line holds."""
        return int(self.table.number_of(text, kinds.TEXT))

    def _new(self, numbers: Any) -> list[int]:
        unknown = numbers[~self._is_known[numbers]]
        return np.unique(unknown).tolist() if len(unknown) else []

    def _store_facets(self, numbers: Any) -> None:
        new = self._new(numbers)
        if not new:
            return
        seen = self._facets.learn([self._use(number) for number in new])
        for number, facet in zip(new, seen, strict=True):
            if facet is None or facet.flags or facet.redaction_count:
                self._odd_facets[number] = facet
        self.digest[new] = _rows([_BLANK if facet is None else facet.digest for facet in seen])
        self._unit[new] = _rows([_BLANK if facet is None else facet.unit for facet in seen])
        self._is_known[new] = True

    def _use(self, number: int) -> FacetUse:
        key, kind = divmod(int(self.table.context[number]) - kinds.FACET, kinds.STEPS)
        if key not in self._keys:
            self._keys[key] = self.table.text(key).decode()
        return ROLES[kind], self._keys[key], self.table.text(number)

    def _is_noted(self, members: Any) -> Any:
        """Return of which names and facets there is anything to say."""
        noted = (members >= 0) & self.is_odd[members]
        return noted | np.isin(members, list(self._odd_facets)) if self._odd_facets else noted

    def _look_into(self, number: int, members: Any) -> None:
        """Have a holder of which there is something to say taken apart, and its facets written."""
        role = ROLES[int(self.table.context[number]) - kinds.HOLDER]
        first, second = (
            self.table.text(name).decode() if name >= 0 else None for name in members[: kinds.NAMES]
        )
        facets = members[kinds.NAMES :].tolist()
        uses = [self._use(facet) for facet in facets]
        is_run = role == "run"
        seen = [self._seen(facet) for facet in facets]
        found = self._holders.holder(
            role,
            b"",
            HolderBody(first if is_run else None, None if is_run else first, second, uses, None),
            seen,
        )
        self.odd_holders[number] = found
        self.digest[number] = np.frombuffer(found.digest, np.uint8)

    def _seen(self, number: int) -> SeenFacet | None:
        if number in self._odd_facets:
            return self._odd_facets[number]
        digest, unit = self.digest[number].tobytes(), self._unit[number].tobytes()
        return SeenFacet(digest, unit, (), None, 0)

    def _write(self, holders: Any, facets: Any) -> None:
        key, kind = np.divmod(self.table.context[facets] - kinds.FACET, kinds.STEPS)
        found = (
            columns.digests(self.digest[holders]),
            columns.labels(ROLES, kind),
            columns.interned(self.table, key),
            columns.digests(self.digest[facets]),
        )
        self._writer.write("holder_facet", pa.table(list(found), schema=_ROWS))


def hashes(found: Any, begins: Any) -> list[bytes]:
    """Return the SHA-256 of each of the texts that stand one behind the other."""
    view = memoryview(found)
    bounds = begins.tolist()
    return [sha256(view[start:end]).digest() for start, end in pairwise(bounds)]


def _rows(digests: list[bytes]) -> Any:
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, preimages.DIGEST)


def _places(bounds: Any) -> tuple[Any, Any]:
    """Return for each member whose it is, and the how manieth."""
    counts = np.diff(bounds)
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, np.arange(len(owners)) - bounds[:-1][owners]


def _are_json(bodies: list[bytes]) -> bool:
    """Return whether each of the bodies is one JSON value: decoded together, found as they were."""
    try:
        decoded = _BODIES.decode(b"[" + b",".join(bodies) + b"]")
    except (msgspec.DecodeError, RecursionError):
        return False
    return list(map(bytes, decoded)) == bodies


def _is_json(body: bytes) -> bool:
    try:
        _ONE.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
