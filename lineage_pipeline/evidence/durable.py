"""Files made durable and named by their digests, before anything is signed that speaks of them."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import DurabilityError
from lineage_pipeline.evidence.entries import File

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

AT_ONCE: Final = 8
"""Most of it is waiting: the disk takes many requests in one go."""


def durable_files(root: Path, paths: Collection[str]) -> list[File]:
    """Return the files at paths below `root`, in their order; their bytes are durable now.

    Raises:
        DurabilityError: one is missing or may not be durable.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        files = list(pool.map(lambda path: _durable(root, path), paths))
    sync_folders(root, paths)
    return files


def sync_folders(root: Path, paths: Iterable[str]) -> None:
    """Make durable that there are files at paths below `root`.

    Raises:
        DurabilityError: it may not be durable.
    """
    folders = {parent for path in paths for parent in (root / path).parents}
    ours = [folder for folder in folders if folder == root or root in folder.parents]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_sync_folder, ours))


def part_sha256(file: Path, start: int, end: int) -> str | None:
    """Return the digest of a part of a file; None if there is no regular file, or no such part."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        stream.seek(start)
        data = stream.read(end - start)
    return hashlib.sha256(data).hexdigest() if len(data) == end - start else None


def _durable(root: Path, path: str) -> File:
    file = root / path
    try:
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return File(path, stream.tell(), digest)
    except OSError as error:
        raise DurabilityError(file, error.strerror or str(error)) from error


def _sync_folder(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise DurabilityError(folder, error.strerror or str(error)) from error
