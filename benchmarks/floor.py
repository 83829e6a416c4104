"""What a scan cannot go below, and what is counted out of a comparison, each in a fresh process.

`python -m benchmarks.floor scan FILES`: read every line and hash it, SHA-256 of the files divided
by the cores. `digests`: SHA-256 of the files and of each record, on all cores. `unpack`:
decompression alone, on all cores. Each prints its seconds as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import duckdb
import zstandard

from benchmarks.peers.tables import landing_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CHUNK_BYTES: Final = 8 << 20
RANGE_BYTES: Final = 32 << 20

Item = TypeVar("Item")


def scan(files: str) -> dict[str, float]:
    """Return the seconds of the scan floor, and its parts."""
    started = time.perf_counter()
    query = (Path(__file__).parent / "peers" / "scan_floor.sql").read_text(encoding="utf-8")
    rows = duckdb.connect().execute(query, {"files": files}).fetchall()
    lines = time.perf_counter() - started
    started = time.perf_counter()
    for file in landing_files(files):
        with Path(file).open("rb", buffering=0) as stream:
            hashlib.file_digest(stream, "sha256")
    digest = (time.perf_counter() - started) / cores()
    return {"seconds": lines + digest, "lines": lines, "digest": digest, "rows": rows[0][0]}


def digests(files: str) -> dict[str, float]:
    """Return the seconds that hashing the files and each of their records takes alone."""
    ranges = [
        (file, start)
        for file in landing_files(files)
        for start in range(0, Path(file).stat().st_size, RANGE_BYTES)
    ]
    return {"seconds": _timed(_digest_range, ranges)}


def unpack(files: str) -> dict[str, float]:
    """Return the seconds that decompressing the files takes alone."""
    return {"seconds": _timed(_unpack_file, landing_files(files))}


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _timed(work: Callable[[Item], int], items: Iterable[Item]) -> float:
    """Return the seconds of the work on all cores, without the start of the processes."""
    with ProcessPoolExecutor(cores()) as pool:
        list(pool.map(abs, range(4 * cores())))
        started = time.perf_counter()
        list(pool.map(work, items))
        return time.perf_counter() - started


def _digest_range(place: tuple[str, int]) -> int:
    file, start = place
    with Path(file).open("rb") as stream:
        stream.seek(start)
        content = stream.read(RANGE_BYTES)
    hashlib.sha256(content).digest()
    records = 0
    at = 0
    # Lines that the edge of a range cuts in two are hashed as two: the bytes are the same.
    while (end := content.find(b"\n", at)) >= 0:
        hashlib.sha256(content[at:end]).digest()
        at = end + 1
        records += 1
    return records


def _unpack_file(file: str) -> int:
    size = 0
    with Path(file).open("rb", buffering=0) as raw:
        if file.endswith(".zst"):
            with zstandard.ZstdDecompressor().stream_reader(raw) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    size += len(chunk)
            return size
        unpacker = zlib.decompressobj(31)
        while chunk := raw.read(CHUNK_BYTES >> 3):
            size += len(unpacker.decompress(chunk))
    return size


def main(arguments: Sequence[str]) -> int:
    """Return the exit code; stdout is one JSON object."""
    work = {"scan": scan, "digests": digests, "unpack": unpack}
    sys.stdout.write(json.dumps(work[arguments[0]](arguments[1])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
