"""`python -m benchmarks.trail scan HOW SOURCE FILE` and `… rows HOW FILE...`: CPU seconds, as JSON.

`scan` reads a landing file with the kernel, in one process; HOW is `unsealed`, `blocks` or `rows`,
which is what a scan does: tables that may hold personal data row by row, the others by blocks.
`rows` seals the audit rows of Parquet files by `blocks` or by `rows`, or has `proof` prove single
rows of a log that seals them all.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow.parquet as pq

from benchmarks.trail.proofs import proof_of
from lineage_pipeline.landing.files import LandingFile, SegmentTask
from lineage_pipeline.scan import kernel, writer
from lineage_pipeline.scan.tasks import ScanTask
from lineage_pipeline.schemas import SALT
from lineage_pipeline.settings.lineage_toml import ScanSettings
from lineage_pipeline.trail.batch import AT_ONCE, Seal, Sealing, seal
from lineage_pipeline.trail.merkle import EMPTY_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

CLOCK: Final = datetime(2026, 6, 1, tzinfo=UTC)
PROOFS: Final = 20


class _Unsealed:
    """Seals nothing."""

    def __init__(self, _: str) -> None:
        """Take any profile."""

    def add(self, rows: Any) -> None:
        """Take rows."""

    def seal(self) -> Seal:
        """Return a seal of nothing."""
        return Seal("row", 0, EMPTY_ROOT, b"")


class _Blocks(Sealing):
    """Seals every table by blocks, without the salts of those that are sealed row by row."""

    def __init__(self, _: str) -> None:
        """Take any profile."""
        super().__init__("block64")

    def add(self, rows: pa.RecordBatch) -> None:
        """Take the rows that follow."""
        names = [name for name in rows.schema.names if name != SALT.name]
        super().add(rows.select(names))


class _Timed:
    """Counts the CPU seconds of what is done by another."""

    seconds = 0.0

    def __init__(self, sealing: type, profile: str) -> None:
        """Count what a sealing of this profile takes."""
        self._own = sealing(profile)

    def add(self, rows: Any) -> None:
        """Take rows."""
        self._timed(self._own.add, rows)

    def seal(self) -> Seal:
        """Return the seal."""
        kept: Seal = self._timed(self._own.seal)
        return kept

    @staticmethod
    def _timed(work: Callable[..., Any], *given: Any) -> Any:
        started = time.thread_time()
        done = work(*given)
        _Timed.seconds += time.thread_time() - started
        return done


SEALINGS: Final = {"unsealed": _Unsealed, "blocks": _Blocks, "rows": Sealing}


def main(arguments: Sequence[str]) -> int:
    """Return the exit code."""
    work, how, *rest = arguments
    said = _scanned(how, *rest) if work == "scan" else _rows(how, rest)
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _scanned(how: str, source: str, location: str) -> dict[str, float]:
    timed = partial(_Timed, SEALINGS[how])
    setattr(writer, "Sealing", timed)  # noqa: B010 - the name is the writer's own
    file = Path(location)
    landed = LandingFile(source, location, file.name, file.stat().st_size, 0)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        task = ScanTask("b", 0, (SegmentTask(landed),), CLOCK, Path(folder), ScanSettings())
        started = time.process_time()
        kernel.scan(task)
        seconds = time.process_time() - started
    return {"seconds": seconds, "sealing_seconds": _Timed.seconds}


def _rows(how: str, files: list[str]) -> dict[str, float]:
    if how == "proof":
        return _proofs(files)
    started, count = time.process_time(), 0
    for file in files:
        drop = [SALT.name] if how == "blocks" else []
        count += seal(_batches(file, drop), "block64" if how == "blocks" else "row").row_count
    seconds = time.process_time() - started
    return {"seconds": seconds, "rows_a_second": count / seconds}


def _batches(file: str, drop: Sequence[str]) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(file) as parquet:
        names = [name for name in parquet.schema_arrow.names if name not in drop]
        yield from parquet.iter_batches(AT_ONCE, columns=names)


def _proofs(files: list[str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        taken, sizes, checked = [], [], []
        for made in proof_of(Path(folder), files, PROOFS):
            taken.append(made.prove_ms)
            checked.append(made.verify_ms)
            sizes.append(made.proof_bytes)
    return {
        "prove_ms": statistics.median(taken),
        "verify_ms": statistics.median(checked),
        "proof_bytes": statistics.median(sizes),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
