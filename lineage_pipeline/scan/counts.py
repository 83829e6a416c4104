"""What is counted of one segment while it is scanned, and where its rejections go."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lineage_pipeline.formats.rejection import Problem
    from lineage_pipeline.scan.openlineage.facet_bodies import OddFacet
    from lineage_pipeline.scan.writer import BatchWriter

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Counts:
    """The counts of one segment; every record ends in one call of `accept` or `set_aside`."""

    def __init__(self, source_file: str, writer: BatchWriter) -> None:
        """Count for `source_file`; write what is set aside to `writer`."""
        self._source_file = source_file
        self._writer = writer
        self.accepted = 0
        self.redactions = 0
        self.rejected_by: Counter[str] = Counter()
        self._first_ns: int | None = None
        self._last_ns: int | None = None

    @property
    def quarantined(self) -> int:
        """Records that were set aside."""
        return self.rejected_by.total()

    @property
    def first_at(self) -> datetime | None:
        """The earliest time of an accepted record; None without one."""
        return _instant(self._first_ns)

    @property
    def last_at(self) -> datetime | None:
        """The latest time of an accepted record; None without one."""
        return _instant(self._last_ns)

    def accept(self, event_ns: int, redactions: int) -> None:
        """Count one record that was kept."""
        self.accept_many(1, event_ns, event_ns, redactions)

    def accept_many(self, count: int, first_ns: int, last_ns: int, redactions: int) -> None:
        """Count records that were kept: the times they span, the secrets masked in them."""
        self.accepted += count
        self.redactions += redactions
        if self._first_ns is None or self._last_ns is None:
            self._first_ns, self._last_ns = first_ns, last_ns
        elif first_ns < self._first_ns or last_ns > self._last_ns:
            self._first_ns = min(first_ns, self._first_ns)
            self._last_ns = max(last_ns, self._last_ns)

    def accept_document(self, redactions: int = 0) -> None:
        """Count one record that was kept and has no time of its own."""
        self.accepted += 1
        self.redactions += redactions

    def set_aside(self, offset: int, size: int, problem: Problem) -> None:
        """Count and write one record that cannot be read as its kind."""
        self.rejected_by[problem.code] += 1
        row = ("record", self._source_file, offset, size, *problem, None, None)
        self._writer.add("quarantine", row)

    def set_facet_aside(self, offset: int, facet: OddFacet, where: str) -> None:
        """Write one facet that its schema does not fit; its event is kept and counts as such."""
        reason = f"{where}: {facet.reason}"
        row = (
            "facet", self._source_file, offset, facet.size, "facet_breaks_its_schema", reason,
            None, facet.key,
        )  # fmt: skip
        self._writer.add("quarantine", row)


def _instant(ns: int | None) -> datetime | None:
    return None if ns is None else _EPOCH + timedelta(microseconds=ns // 1000)
