"""The whole set in a folder, with the SHA-256 of each file, as `sha256sum --check` reads it.

What somebody has changed since it was written, such as a workbook with an auditor's conclusions, is
never written over.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.workpapers.method import queries
from lineage_pipeline.workpapers.oscal.documents import documents
from lineage_pipeline.workpapers.summary import summary
from lineage_pipeline.workpapers.tables import csv_files, parquet_files, tables
from lineage_pipeline.workpapers.workbook.book import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lineage_pipeline.workpapers.dossier import Dossier

MANIFEST: Final = "SHA256SUMS"
PARTIAL: Final = ".partial"
"""The ending of a file that is being written."""


def working_papers(dossier: Dossier) -> dict[str, bytes]:
    """Return every file of the set by its path below the folder, the manifest last.

    Raises:
        ConfigError: the libraries that write workbooks and summaries are not installed.
    """
    frames = tables(dossier)
    files = {
        **{f"oscal/{name}": data for name, data in documents(dossier).items()},
        "workpapers.xlsx": workbook(dossier),
        "summary.pdf": summary(dossier),
        **csv_files(frames),
        **parquet_files(frames),
        **queries(dossier),
    }
    return files | {MANIFEST: manifest(files)}


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the digest of each file, in the order of their paths."""
    lines = (f"{sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return "".join(lines).encode()


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the set into a folder that is empty, or holds an earlier one as it was written.

    Files of the earlier set that this one has not are removed. The manifest is written last.

    Raises:
        ConfigError: the folder holds something else; nothing was written.
        OSError: it cannot be written. The manifest comes last, so what it names is whole.
    """
    stale = _replaceable(folder, files)
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}{PARTIAL}")
        partial.write_bytes(data)
        partial.replace(target)
    for path in stale:
        (folder / path).unlink()


def _replaceable(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return which files of an earlier set are to go.

    Raises:
        ConfigError: the folder holds something else than an earlier set, as it was written.
    """
    known = _digests(folder)
    stale = []
    for path in _files(folder):
        found = folder / path
        if path == MANIFEST or path.endswith(PARTIAL):
            stale += [path] if path.endswith(PARTIAL) else []
            continue
        is_file = found.is_file() and not found.is_symlink()
        digest = sha256(found.read_bytes()).hexdigest() if is_file else ""
        if path in files and sha256(files[path]).hexdigest() == digest:
            continue
        if known.get(path, "-") != digest:
            why = "was changed since it was written" if path in known else "is of something else"
            raise ConfigError(f"{found}: {why}; nothing was written, choose another folder")
        if path not in files:
            stale.append(path)
    return stale


def _digests(folder: Path) -> dict[str, str]:
    """Return what the manifest of an earlier set says; nothing if there is none."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    lines = (line.partition("  ") for line in text.splitlines())
    return {path: digest for digest, _, path in lines}


def _files(folder: Path, below: str = "") -> Iterator[str]:
    """Yield what is in a folder and its folders by its path, in order; links are not followed."""
    if not folder.is_dir():
        return
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name, f"{below}{entry.name}/")
        else:
            yield f"{below}{entry.name}"
