"""Lines of OpenLineage events in their usual shape, to rows by the block.

What a line holds is numbers (`formats.split`); Python sees a facet or a holder when its number is
new, and an event only for its identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from lineage_pipeline.formats.split.lines import Lines
from lineage_pipeline.formats.split.preimages import DIGEST, of_events
from lineage_pipeline.scan.lines import line_bounds
from lineage_pipeline.scan.openlineage import columns
from lineage_pipeline.scan.openlineage.envelopes import is_utf8
from lineage_pipeline.scan.openlineage.holders import MARKS
from lineage_pipeline.scan.openlineage.learned import ROLES, Learned, hashes
from lineage_pipeline.scan.openlineage.oddities import Oddities
from lineage_pipeline.schemas import EVENT, EVENT_HOLDER, own_columns

if TYPE_CHECKING:
    from lineage_pipeline.scan.block import Block
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.lines import LineBounds
    from lineage_pipeline.scan.openlineage.facets import FacetStore
    from lineage_pipeline.scan.openlineage.holders import HolderStore
    from lineage_pipeline.scan.writer import BatchWriter

WORTH_SPLITTING: Final = 48 << 10
"""From how many bytes on a block is worth the arrays that its numbers take."""

_EVENT: Final = own_columns(EVENT, ("batch_id", "ingested_at"))
_EVENT_HOLDER: Final = own_columns(EVENT_HOLDER, ("batch_id",))
_MARKS: Final = np.frombuffer(b"".join(MARKS[role] for role in ROLES), np.uint8)


class PlainScan:
    """The lines of one task that need no decoding."""

    def __init__(self, facets: FacetStore, holders: HolderStore, writer: BatchWriter) -> None:
        """Store what is new in `facets` and `holders`; write rows to `writer`."""
        self._learned = Learned(facets, holders, writer)
        self._writer = writer
        self._lines = Lines(0)
        self._split: bytes | None = None

    def find_lines(self, block: bytes) -> LineBounds:
        """Return the lines of a block that are not empty, once all that they hold is noted."""
        self._learned.make_room(len(block))
        if len(block) > self._lines.block_bytes:
            self._lines = Lines(len(block))
        lines = self._lines
        is_worth_it = len(block) >= WORTH_SPLITTING and is_utf8(block)
        if not (is_worth_it and lines.read(block, self._learned.table)):
            self._split = None
            return line_bounds(block)
        self._split = block
        count = lines.count
        return lines.start[:count].copy(), lines.end[:count].copy(), lines.line_breaks

    def declined(self, block: Block) -> Any:
        """Return which lines of the block must be decoded; nothing is written yet."""
        if block.records.data is not self._split:
            return np.ones(len(block.places), np.bool_)
        lines, learned = self._lines, self._learned
        count, used = lines.count, lines.used
        is_plain = lines.is_plain[:count].view(np.bool_)
        for texts in (lines.event_type, lines.producer, lines.schema_url):
            learned.judge_texts(texts[:count][is_plain])
            is_plain[is_plain] = ~learned.is_odd[texts[:count][is_plain]]
        learned.judge_holders(lines.holder[:used])
        broken = learned.is_broken[lines.holder[:used]]
        if broken.any():
            is_plain[lines.line[:used][broken]] = False
        return ~is_plain

    def write(self, block: Block, source_file: str, counts: Counts) -> None:
        """Write the rows of the lines of the block that were not declined."""
        if block.records.data is self._split:
            is_plain = self._lines.is_plain[: self._lines.count].view(np.bool_)
            chosen = np.flatnonzero(is_plain)
            if len(chosen):
                is_wanted = is_plain[self._lines.line[: self._lines.used]]
                _Rows(self._lines, self._learned, block, chosen, np.flatnonzero(is_wanted)).write(
                    self._writer, source_file, counts
                )


class _Rows:
    """The rows of the plain lines of one block."""

    def __init__(self, lines: Any, learned: Learned, block: Block, chosen: Any, uses: Any) -> None:
        learned.store(lines.holder[uses])
        self._lines = lines
        self._learned = learned
        self._block = block
        self._chosen = chosen
        self._uses = uses
        self._holders = lines.holder[uses]
        self._data = np.frombuffer(block.records.data, np.uint8)
        preimages = of_events(self._data, learned.table, lines, chosen, _MARKS, learned.digest)
        joined = b"".join(hashes(*preimages))
        self._ids = np.frombuffer(joined, np.uint8).reshape(-1, DIGEST)

    def write(self, writer: BatchWriter, source_file: str, counts: Counts) -> None:
        """Write them."""
        ns = self._lines.ns[self._chosen]
        masked = self._write_oddities(Oddities(writer, counts))
        counts.accept_many(len(ns), int(ns.min()), int(ns.max()), masked)
        writer.write("event", pa.table(self._event(ns, source_file), schema=_EVENT))
        writer.write("event_holder", pa.table(self._event_holder(), schema=_EVENT_HOLDER))

    def _event(self, ns: Any, source_file: str) -> list[pa.Array]:
        lines, chosen, table = self._lines, self._chosen, self._learned.table
        none = np.zeros(len(chosen), np.int64)
        first = lines.first_use[chosen]
        runs = self._learned.names(lines.holder[first])
        jobs = self._learned.names(lines.holder[first + 1])
        return [
            columns.digests(self._ids),
            columns.labels(("run",), none),
            columns.interned(table, lines.event_type[chosen]),
            columns.spans(self._data, lines.time_start[chosen], lines.time_end[chosen]),
            columns.integers(ns),
            columns.interned(table, runs[:, 0]),
            columns.interned(table, jobs[:, 0]),
            columns.interned(table, jobs[:, 1]),
            columns.interned(table, lines.producer[chosen]),
            columns.interned(table, lines.schema_url[chosen]),
            pa.nulls(len(chosen), pa.string()),
            columns.labels((source_file,), none),
            columns.integers(self._block.places[chosen]),
            columns.integers(self._block.records.sizes[chosen]),
        ]

    def _event_holder(self) -> list[pa.Array]:
        lines, uses, table = self._lines, self._uses, self._learned.table
        counts = lines.first_use[self._chosen + 1] - lines.first_use[self._chosen]
        roles = lines.role[uses]
        names = self._learned.names(self._holders)
        names[roles == ROLES.index("run")] = -1
        return [
            columns.digests(np.repeat(self._ids, counts, axis=0)),
            columns.labels(ROLES, roles),
            columns.integers(lines.position[uses]),
            columns.interned(table, names[:, 0]),
            columns.interned(table, names[:, 1]),
            columns.digests(self._learned.digest[self._holders]),
        ]

    def _write_oddities(self, oddities: Oddities) -> int:
        """Write what is odd about holders of the events; return the secrets masked in them."""
        odd = self._learned.odd_holders
        if not odd:
            return 0
        lines, masked = self._lines, 0
        is_odd = np.isin(self._holders, list(odd))
        for line in np.unique(lines.line[self._uses[is_odd]]).tolist():
            place = int(np.searchsorted(self._chosen, line))
            held = [
                (ROLES[lines.role[use]], int(lines.position[use]), odd[number])
                for use in range(lines.first_use[line], lines.first_use[line + 1])
                if (number := int(lines.holder[use])) in odd
            ]
            offset = int(self._block.places[line])
            masked += oddities.write(self._ids[place].tobytes(), offset, [], held)
        return masked
