"""What vouches for CloudTrail's log files, taken out of what is scanned and written to bronze."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import numpy as np

from lineage_pipeline.formats.log_digests import (
    MOST_SIGNATURE_BYTES,
    SIGNATURE_SUFFIX,
    Digest,
    Document,
    instant,
    log_name,
    may_vouch,
    name_of,
    read_document,
    read_signature,
)
from lineage_pipeline.formats.rejection import Problem
from lineage_pipeline.landing import objects
from lineage_pipeline.paths import CLOUDTRAIL_FOLDER
from lineage_pipeline.scan.whole_file import WholeFile, read_whole, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.landing.files import LandingFile
    from lineage_pipeline.scan.block import Block
    from lineage_pipeline.scan.blocks import RecordBlocks
    from lineage_pipeline.scan.counts import Counts
    from lineage_pipeline.scan.writer import BatchWriter

_SIGNATURE: Final = "signature"
_NOT_ALONE: Final = Problem(
    "log_digest_not_alone",
    "a digest or a list of keys shares its file with other records; its hash is that of a file",
)


def is_signature(file: LandingFile) -> bool:
    """Return whether the file holds the signature of a digest file beside it."""
    return file.source == CLOUDTRAIL_FOLDER and file.source_file.endswith(SIGNATURE_SUFFIX)


def read_signature_file(
    read: Callable[[int], bytes], file: LandingFile, writer: BatchWriter, counts: Counts
) -> WholeFile:
    """Write and count the signature that a file holds; return how far it was read."""
    content = read_whole(read, MOST_SIGNATURE_BYTES)
    size, name = len(content), file.source_file
    found = read_signature(content)
    if isinstance(found, str):
        counts.accept_document()
        writer.add("log_signature", (found, name.removesuffix(SIGNATURE_SUFFIX), name, 0, size))
    elif size:
        counts.set_aside(0, size, found)
    return whole_file(content)


class LogDocuments:
    """The digests and the lists of keys of one file: of a file that is one of them, just one."""

    def __init__(self, file: LandingFile, writer: BatchWriter, counts: Counts) -> None:
        """Gather from `file`; write to `writer`, count in `counts`."""
        self._file = file
        self._writer = writer
        self._counts = counts
        self._found: dict[int, tuple[int, Document | Problem]] = {}
        self._has_others = False

    def taken_from(self, block: Block) -> Block:
        """Return the block without what vouches for logs, which is kept until `finish`.

        Only a block that begins with such a record is searched: it has a file to itself.
        """
        data, offsets, sizes = block.records
        if not len(sizes) or not may_vouch(bytes(data[offsets[0] : offsets[0] + sizes[0]])):
            self._has_others |= bool(len(sizes) or block.problems)
            return block
        others = []
        for number, text in enumerate(block.texts()):
            document = read_document(text) if may_vouch(text) else None
            if document is None:
                others.append(number)
            else:
                self._found[int(block.places[number])] = (int(sizes[number]), document)
        self._has_others |= bool(others or block.problems)
        if len(others) == len(sizes):
            return block
        return block.only(np.array(others, np.int64))._replace(problems=block.problems)

    def finish(self, blocks: RecordBlocks, start: int) -> None:
        """Write and count what was found, once the file was read to its end.

        Args:
            blocks: how far it was read.
            start: where reading began.
        """
        is_alone = not (start or self._has_others or blocks.torn_bytes or len(self._found) > 1)
        for offset, (size, document) in self._found.items():
            if isinstance(document, Problem):
                self._counts.set_aside(offset, size, document)
            elif not is_alone:
                self._counts.set_aside(offset, size, _NOT_ALONE)
            else:
                self._counts.accept_document()
                self._write(document, (offset, size), blocks.sha256)

    def _write(self, document: Document, place: tuple[int, int], sha256: bytes) -> None:
        where = (self._file.source_file, *place)
        if isinstance(document, Digest):
            signature = _stored_signature(self._file.location)
            self._writer.add("log_digest", (*_digest_row(document, sha256, signature), *where))
            listed = [
                (
                    sha256, log.s3_bucket, log.s3_object, log_name(log.s3_object),
                    log.hash_value.lower(), log.hash_algorithm,
                )
                for log in document.log_files
            ]  # fmt: skip
            self._writer.extend("log_digest_file", listed)
            return
        for key in document.public_key_list:
            valid = (instant(key.validity_start_time), instant(key.validity_end_time))
            self._writer.add("log_key", (key.fingerprint, key.value, *valid, *where))


def _digest_row(digest: Digest, sha256: bytes, signature: str | None) -> tuple[object, ...]:
    name = name_of(digest.digest_s3_object)
    return (
        digest.aws_account_id, name.trail, name.region, name.home_region, name.is_backfill,
        instant(digest.digest_start_time), instant(digest.digest_end_time),
        digest.digest_end_time, digest.digest_s3_bucket, digest.digest_s3_object, sha256,
        digest.digest_public_key_fingerprint, digest.digest_signature_algorithm, signature,
        digest.previous_digest_s3_bucket, digest.previous_digest_s3_object,
        digest.previous_digest_hash_value, digest.previous_digest_hash_algorithm,
        digest.previous_digest_signature, len(digest.log_files),
    )  # fmt: skip


def _stored_signature(location: str) -> str | None:
    """Return the signature that S3 keeps beside an object; None where there is none, or no S3."""
    if location.startswith(objects.S3):
        with suppress(OSError):
            found = read_signature(objects.metadata_of(location).get(_SIGNATURE, "").encode())
            return None if isinstance(found, Problem) else found
    return None
