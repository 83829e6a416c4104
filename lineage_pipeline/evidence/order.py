"""What no run of ours adds to a log: entries out of order, said twice, or of files not theirs.

Whoever has the key can add entries, so that each is held against those before it: a batch is
sealed once, its rows before it and nothing of it later, and files of rows are replaced only where
rows were erased or compacted.
"""

from __future__ import annotations

import re
from collections import Counter
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.evidence.entries import (
    Batch,
    Expired,
    Rewritten,
    Rows,
    Tombstone,
    Withdrawn,
    Written,
    from_bytes,
)
from lineage_pipeline.evidence.withdrawing import Unfinished
from lineage_pipeline.lake.batches import span_of
from lineage_pipeline.paths import WAREHOUSE_FILE
from lineage_pipeline.schemas import COMPACTED, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage_pipeline.evidence.entries import Why

CACHE: Final = "lake/bronze/.known_facets"
"""May be deleted at any time, and is sealed none the less: a scan believes it."""

_BRONZE: Final = "lake/bronze/"
_COMPACTED: Final = f"{_BRONZE}{COMPACTED}/"
_PLACES: Final[dict[Why, tuple[str, ...]]] = {
    "publication": (WAREHOUSE_FILE, "lake/silver/", "lake/graph/", "lake/compliance/"),
    "compaction": (_COMPACTED,),
    "cache": (CACHE,),
    "erasure": (_BRONZE,),
    "expiry": (_COMPACTED,),
    "abandonment": (_BRONZE,),
}
"""Where each of them writes."""
_ROWS: Final = re.compile(r"(?P<batch>[0-9a-f]{32})-(?P<task>\d+)(?P<again>-[0-9a-f]{8})?\.parquet")


class Disorder(NamedTuple):
    """An entry that no run of ours adds: which, of what file, and what is the matter with it."""

    entry: int
    file: str
    problem: str
    batch_id: str = ""


def disorder(entries: Iterable[bytes]) -> Iterator[Disorder]:
    """Yield the entries of a log that no run of ours adds, in their order."""
    order = _Order()
    for index, data in enumerate(entries):
        entry = from_bytes(data)
        if isinstance(entry, Rows):
            yield from order.rows(index, entry)
        elif isinstance(entry, Batch):
            yield from order.batch(index, entry, data)
        elif isinstance(entry, Written):
            yield from order.written(index, entry)
        elif isinstance(entry, Tombstone | Expired):
            order.erased[entry.batch_id, entry.stream, entry.task] += 1
        elif isinstance(entry, Withdrawn):
            yield from order.withdrawn(index, entry)
        order.unfinished.take(index, entry)


class _Order:
    """What was said so far."""

    def __init__(self) -> None:
        self.erased: Counter[tuple[str, str, int]] = Counter()
        self.unfinished = Unfinished()
        self._batches: set[str] = set()
        self._files: set[str] = set()
        self._waiting: list[Rows] = []
        self._last = b""

    def rows(self, index: int, entry: Rows) -> Iterator[Disorder]:
        self._waiting.append(entry)
        place = PurePosixPath(entry.file)
        found = _ROWS.fullmatch(place.name)
        is_theirs = found and found["batch"] == entry.batch_id and not found["again"]
        if not is_theirs or place.parent != PurePosixPath(_BRONZE, entry.stream):
            yield Disorder(index, entry.file, "is no name of a file of its batch", entry.batch_id)
        if entry.file in self._files:
            yield Disorder(index, entry.file, "is sealed a second time", entry.batch_id)
        self._files.add(entry.file)

    def batch(self, index: int, entry: Batch, data: bytes) -> Iterator[Disorder]:
        manifest = f"{_BRONZE}{MANIFEST}/{entry.batch_id}.parquet"
        if entry.batch_id in self._batches:
            yield Disorder(index, manifest, "its batch is sealed a second time", entry.batch_id)
        previous = sha256(self._last).hexdigest() if self._last else ""
        if (entry.seq, entry.prev_manifest_sha256) != (len(self._batches), previous):
            problem = f"is batch {entry.seq} by its entry, and follows on batch {self._number}"
            yield Disorder(index, manifest, problem, entry.batch_id)
        if {rows.batch_id for rows in self._waiting} - {entry.batch_id}:
            yield Disorder(index, manifest, "rows of another batch precede it", entry.batch_id)
        for file in entry.added:
            is_rows = file.path.endswith(".parquet") and file.path != manifest
            if is_rows or not file.path.startswith(_BRONZE):
                yield Disorder(index, file.path, "is no file of a batch", entry.batch_id)
        self._batches.add(entry.batch_id)
        self._waiting.clear()
        self._last = data

    def withdrawn(self, index: int, entry: Withdrawn) -> Iterator[Disorder]:
        said = self.unfinished.said.get(entry.entry)
        if said is None:
            problem = f"takes back entry {entry.entry}, by which nothing is about to go"
            yield Disorder(index, "trail", problem)
        elif not isinstance(said, Rewritten):
            self.erased[said.batch_id, said.stream, said.task] -= 1

    @property
    def _number(self) -> str:
        return str(len(self._batches) - 1) if self._batches else "none"

    def written(self, index: int, entry: Written) -> Iterator[Disorder]:
        places = _PLACES[entry.why]
        for path in (*(file.path for file in entry.added), *entry.removed):
            if not path.startswith(places):
                yield Disorder(index, path, f"is no file that a {entry.why} writes or takes away")
        for file in entry.added:
            if self._holds_rows(file.path) and not self._may_add(entry.why, file.path):
                yield Disorder(index, file.path, f"a {entry.why} adds rows that nobody sealed")
        for path in entry.removed:
            if path in self._files and not self._may_remove(entry.why, path):
                problem = f"a {entry.why} takes away sealed rows, and nothing says why"
                yield Disorder(index, path, problem)

    @staticmethod
    def _holds_rows(path: str) -> bool:
        return path.startswith(_BRONZE) and path.endswith(".parquet")

    def _may_add(self, why: Why, path: str) -> bool:
        if span_of(path):
            return why in {"compaction", "erasure"} and path.startswith(_COMPACTED)
        if why == "abandonment":
            found = _ROWS.fullmatch(PurePosixPath(path).name)
            return bool(found and found["batch"] not in self._batches)
        return why == "erasure" and self._is_erased(path)

    def _may_remove(self, why: Why, path: str) -> bool:
        return why == "expiry" or (why == "erasure" and self._is_erased(path))

    def _is_erased(self, path: str) -> bool:
        """Return whether an entry says that rows of a file were to go."""
        place = PurePosixPath(path)
        found = _ROWS.fullmatch(place.name)
        group = found and (found["batch"], place.parent.name, int(found["task"]))
        return bool(group and self.erased[group])
