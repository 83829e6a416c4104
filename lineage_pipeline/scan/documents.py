"""Documents of registries, monitors and people on their way into bronze, one by one, counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.documents import read_document
from lineage_pipeline.formats.rejection import Problem, is_value, too_large
from lineage_pipeline.formats.yaml_text import json_texts
from lineage_pipeline.landing.listing import YAML
from lineage_pipeline.scan.blocks import RecordBlocks
from lineage_pipeline.scan.whole_file import read_whole, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.landing.files import LandingFile
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.whole_file import WholeFile
    from lineage_pipeline.scan.writer import BatchWriter

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def is_yaml(file: LandingFile) -> bool:
    """Return whether a file holds what people write by hand, which is read whole or not at all."""
    return file.source_file.endswith(YAML)


class DocumentScan:
    """The documents of one task, and where their rows go."""

    def __init__(self, writer: BatchWriter, *, zone: str, limit: int) -> None:
        """Write to `writer`.

        Args:
            writer: where rows go.
            zone: the IANA zone of times that name no offset.
            limit: how long a document may be, in bytes.
        """
        self._writer = writer
        self._zone = zone
        self._limit = limit

    def read(
        self,
        read: Callable[[int], bytes],
        file: LandingFile,
        start: int,
        counts: Counts,
        *,
        is_range: bool,
    ) -> RecordBlocks | WholeFile:
        """Write and count every document of one file; return how far it was read.

        Args:
            read: gives the file's bytes from `start` on.
            file: the file; its folder says which documents it may hold.
            start: where in the file to begin.
            counts: what to count in.
            is_range: `start` lies behind a line break, where no array is open.
        """
        if is_yaml(file):
            return self._read_yaml(read, file, counts)
        blocks = RecordBlocks(
            read, start, limit=self._limit, list_key=None, is_text=False, is_range=is_range
        )
        for block in blocks:
            texts = block.texts()
            if not block.is_certain and not all(map(is_value, texts)):
                blocks.frame_again()
                continue
            for offset, size, problem in block.problems:
                counts.set_aside(offset, size, problem)
            for place, text in zip(block.places.tolist(), texts, strict=True):
                self._take(text, file, (place, len(text)), counts)
        return blocks

    def _read_yaml(
        self, read: Callable[[int], bytes], file: LandingFile, counts: Counts
    ) -> WholeFile:
        content = read_whole(read, self._limit)
        if len(content) > self._limit:
            counts.set_aside(0, len(content), too_large(file.size_bytes, self._limit))
            return whole_file(content)
        for found in json_texts(content):
            place = (found.offset, found.size)
            if isinstance(found.json, Problem):
                counts.set_aside(*place, found.json)
            else:
                self._take(found.json, file, place, counts)
        return whole_file(content)

    def _take(self, text: bytes, file: LandingFile, place: tuple[int, int], counts: Counts) -> None:
        found = read_document(file.source, text, file.source_file, self._zone)
        if isinstance(found, Problem):
            counts.set_aside(*place, found)
            return
        occurred_at = None
        if found.occurred_ns is None:
            counts.accept_document(found.redaction_count)
        else:
            counts.accept(found.occurred_ns, found.redaction_count)
            occurred_at = _EPOCH + timedelta(microseconds=found.occurred_ns // 1000)
        row = (
            found.document_id, file.source, found.kind, occurred_at, found.body.decode(),
            file.source_file, *place,
        )  # fmt: skip
        self._writer.add("document", row)
