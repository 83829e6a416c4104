"""Audit records on their way into bronze: mapped block by block, counted, written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from lineage_pipeline.formats.audit import MAPPINGS, recognise
from lineage_pipeline.formats.audit.mapping import admissible, generic_mappings
from lineage_pipeline.formats.audit.reader import AuditReader
from lineage_pipeline.paths import CLOUDTRAIL_FOLDER
from lineage_pipeline.scan.blocks import RecordBlocks
from lineage_pipeline.scan.log_digests import LogDocuments, is_signature, read_signature_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np

    from lineage_pipeline.formats.audit.mapping import AuditMapping
    from lineage_pipeline.landing.files import LandingFile
    from lineage_pipeline.scan.block import Block
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.whole_file import WholeFile
    from lineage_pipeline.scan.writer import BatchWriter
    from lineage_pipeline.settings.lineage_toml import AuditDeclaration

BLOCK_BYTES: Final = 16 << 20
"""How much is read at a time: each block costs a plan of DuckDB's, worth a thousand records."""
LOOKED_AT: Final = 64
"""Records that are looked at, at most, to find out which format a block holds."""

_HEAD_BYTES: Final = 1 << 16
_SPACE: Final = b" \t\r\n\xef\xbb\xbf"
_NOT_LINES: Final = frozenset({"malformed_json", "truncated_record", "null_byte", "too_deep"})
"""Reasons that a line may have because it is part of a record that spans several."""


class AuditScan:
    """The audit side of one task: the formats it reads, and where its rows go."""

    def __init__(
        self,
        declared: Mapping[str, AuditDeclaration],
        writer: BatchWriter,
        *,
        zone: str,
        limit: int,
    ) -> None:
        """Read the formats of the package and the `declared` ones.

        Args:
            declared: the audit logs that `lineage.toml` declares, by name.
            writer: where rows go.
            zone: the IANA zone of times that name no offset.
            limit: how long a record may be, in bytes.
        """
        self._mappings = (*MAPPINGS.values(), *generic_mappings(declared).values())
        self._writer = writer
        self._zone = zone
        self._limit = limit
        self._readers: dict[str, AuditReader] = {}

    def close(self) -> None:
        """Close what reads the formats."""
        for reader in self._readers.values():
            reader.close()
        self._readers.clear()

    def read(
        self,
        read: Callable[[int], bytes],
        file: LandingFile,
        start: int,
        counts: Counts,
        *,
        is_range: bool,
    ) -> RecordBlocks | WholeFile:
        """Write the rows of every record of one file and count them; return how far it was read.

        Args:
            read: gives the file's bytes from `start` on.
            file: the file; its folder and its name say which formats it may hold.
            start: where in the file to begin.
            counts: what to count in.
            is_range: `start` lies behind a line break, where no array is open.
        """
        if is_signature(file):
            return read_signature_file(read, file, self._writer, counts)
        allowed = admissible(self._mappings, file.source, file.source_file.rpartition("/")[2])
        pending = [read(BLOCK_BYTES)]
        texts = [mapping for mapping in allowed if mapping.is_text]
        first = pending[0][:_HEAD_BYTES].lstrip(_SPACE)[:1]
        is_text = bool(texts) and first not in (b"{", b"[", b"")
        formats = texts if is_text else [mapping for mapping in allowed if not mapping.is_text]
        blocks = RecordBlocks(
            lambda size: pending.pop() if pending else read(size),
            start,
            limit=self._limit,
            list_key=_list_key(formats),
            is_text=is_text,
            is_range=is_range,
            block_bytes=BLOCK_BYTES,
        )
        chosen: AuditMapping | None = None
        documents = LogDocuments(file, self._writer, counts)
        for found in blocks:
            block = documents.taken_from(found) if file.source == CLOUDTRAIL_FOLDER else found
            if block is not found and not (len(block.places) or block.problems):
                continue
            chosen = chosen or _format_of(block, formats)
            if not self._write(chosen or formats[0], block, file.source_file, counts):
                blocks.frame_again()
        documents.finish(blocks, start)
        return blocks

    def _write(self, mapping: AuditMapping, block: Block, name: str, counts: Counts) -> bool:
        """Write and count the records of a block; False if its lines may be parts of records."""
        found = self._reader(mapping).read(block.records)
        if not block.is_certain and any(
            problem.code in _NOT_LINES for _, problem in found.rejected
        ):
            return False
        for offset, size, problem in block.problems:
            counts.set_aside(offset, size, problem)
        for place, problem in found.rejected:
            counts.set_aside(int(block.places[place]), int(block.records.sizes[place]), problem)
        rows = found.rows
        if rows.num_rows:
            first, last = pc.min_max(rows["occurred_at"].cast(pa.int64())).as_py().values()
            counts.accept_many(rows.num_rows, first * 1000, last * 1000, found.redaction_count)
            self._writer.write("audit_event", _located(rows, block, found.places, name))
            self._writer.extend("flag", found.flags)
        return True

    def _reader(self, mapping: AuditMapping) -> AuditReader:
        if mapping.name not in self._readers:
            self._readers[mapping.name] = AuditReader(mapping, self._zone)
        return self._readers[mapping.name]


def _list_key(formats: list[AuditMapping]) -> str | None:
    """Return the key under which a document of one of these formats holds a list of records."""
    paths = [mapping.declaration.records for mapping in formats if mapping.declaration.records]
    return paths[0].removeprefix("$.").strip('"') if paths else None


def _format_of(block: Block, formats: list[AuditMapping]) -> AuditMapping | None:
    """Return the format of the first record that one of the formats recognises."""
    if len(formats) == 1:
        return formats[0]
    data, offsets, sizes = block.records
    for start, size in zip(offsets[:LOOKED_AT], sizes[:LOOKED_AT], strict=True):
        if mapping := recognise(bytes(data[start : start + size]), formats):
            return mapping
    return None


def _located(
    rows: pa.Table, block: Block, places: np.ndarray[tuple[int], np.dtype[np.int64]], name: str
) -> pa.Table:
    """Return the rows with where in the file each of them comes from."""
    location = pl.DataFrame(
        {"source_offset": block.places[places], "source_bytes": block.records.sizes[places]}
    ).with_columns(source_file=pl.lit(name))
    for column in ("source_file", "source_offset", "source_bytes"):
        found = location[column].to_arrow(compat_level=pl.CompatLevel.oldest())
        rows = rows.append_column(column, found)
    return rows
