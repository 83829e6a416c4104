"""What the records of a chunk hold for the declared columns, all at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import duckdb
import pyarrow as pa

from lineage_pipeline.formats.audit.engine import Engine
from lineage_pipeline.formats.audit.layout import JsonLayout
from lineage_pipeline.formats.audit.selection import layout_of, selection
from lineage_pipeline.formats.rejection import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from lineage_pipeline.formats.audit.mapping import AuditMapping
    from lineage_pipeline.formats.audit.records import Chunk

_SAMPLES: Final = 32
_UNREADABLE: Final = Problem("malformed_json", "DuckDB cannot read the record, though it is JSON")


class Fields(NamedTuple):
    """The fields of some records.

    Attributes:
        numbers: the number of each row's record, in ascending order.
        table: the columns of `selection`, one row a record.
    """

    numbers: list[int]
    table: pa.Table


class FieldReader:
    """Reads what a declaration asks for out of records."""

    def __init__(self, mapping: AuditMapping, threads: int) -> None:
        """Open an engine and lay out what it is to read."""
        self._layout = layout_of(mapping)
        self._known_keys = mapping.declaration.known_keys
        self._declared: dict[str, str] = {}
        self._engine = Engine(threads, self._layout, selection(mapping, self._layout))

    def read(
        self, chunk: Chunk, replaced: Mapping[int, bytes], problems: dict[int, Problem]
    ) -> Fields:
        """Return the fields of all records but those with problems, and add what is met anew.

        Args:
            chunk: the records.
            replaced: what to read in the place of some of them.
            problems: by number of the record.
        """
        numbers = [number for number in range(len(chunk)) if number not in problems]
        if isinstance(self._layout, JsonLayout):
            samples = [chunk.body(number) for number in numbers[:_SAMPLES]]
            declared = self._layout.declared(samples, self._known_keys)
            # What was declared before serves again, and so does the query that was made of it.
            if not declared.keys() <= self._declared.keys():
                self._declared = declared
        longest = max(chunk.longest, *map(len, replaced.values()), 0) + 1
        read = partial(self._engine.read, longest=longest, declared=self._declared)
        text = chunk.lines(problems, replaced)
        parts = list(_parts(read, text, numbers, problems))
        left = [number for number in numbers if number not in problems]
        return Fields(left, pa.concat_tables(parts) if parts else pa.table({}))

    def close(self) -> None:
        """Let go of DuckDB; nothing can be read afterwards."""
        self._engine.close()


def _parts(
    read: Callable[[bytes], pa.Table],
    text: bytes,
    numbers: Sequence[int],
    problems: dict[int, Problem],
) -> Iterator[pa.Table]:
    """Yield the fields; where DuckDB refuses many records at once, by halves, down to one."""
    if not numbers:
        return
    try:
        table = read(text)
        is_whole = table.num_rows == len(numbers)
    except duckdb.Error:
        is_whole = False
    if is_whole:
        yield table
    elif len(numbers) == 1:
        problems[numbers[0]] = _UNREADABLE
    else:
        lines = [line + b"\n" for line in text.split(b"\n")[:-1]]
        middle = len(numbers) // 2
        for part in (slice(middle), slice(middle, None)):
            yield from _parts(read, b"".join(lines[part]), numbers[part], problems)
