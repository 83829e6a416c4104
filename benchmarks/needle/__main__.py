"""`python -m benchmarks.needle load|ask ENGINE FILES STORE`: load the months once, or ask.

`ask` prints, as JSON, the first answer's milliseconds after opening and the medians of many
different questions on the open store, with a digest of all answers.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import sys
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.generators.needle import ACTORS, RESOURCES, actor_name, resource_name
from benchmarks.needle.store import engine
from benchmarks.peers.tables import landing_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.needle.store import Column, Reader

QUESTIONS: Final = 25
BUSIEST_LEFT_OUT: Final = 10


def main(arguments: Sequence[str]) -> int:
    """Return the exit code."""
    work, name, pattern, folder = arguments
    files, store = landing_files(pattern), Path(folder)
    if work == "load":
        _load(name, files, store)
        return 0
    said = _ask(name, files, store, "actor_id", _actors()) | _ask(
        name, files, store, "resource_id", _resources()
    )
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _load(name: str, files: Sequence[str], store: Path) -> None:
    """Load unless a load has finished before; what half of one left is removed."""
    done = store.with_suffix(".loaded")
    if not done.exists():
        shutil.rmtree(store, ignore_errors=True)
        store.parent.mkdir(parents=True, exist_ok=True)
        started = time.perf_counter()
        engine(name).load(files, store)
        done.write_text(f"{time.perf_counter() - started:.1f} s\n")


def _ask(
    name: str, files: Sequence[str], store: Path, column: Column, values: Sequence[str]
) -> dict[str, float]:
    started = time.perf_counter()
    reader = engine(name).connect(files, store)
    taken, answers = [], 0
    for value in values:
        answer, seconds = _timed(reader, column, value)
        answers = zlib.crc32(json.dumps(answer).encode(), answers)
        taken.append(seconds * 1000)
    first = (time.perf_counter() - started) * 1000 - sum(taken[1:])
    what = column.removesuffix("_id")
    return {
        f"{what}_first_ms": first,
        f"{what}_ms": statistics.median(taken[1:]),
        f"{what}_answers": answers,
    }


def _timed(reader: Reader, column: Column, value: str) -> tuple[object, float]:
    started = time.perf_counter()
    answer = [list(row) for row in reader.ask(column, value)]
    return answer, time.perf_counter() - started


def _actors() -> list[str]:
    """Return actors of every frequency but the highest, which are no needles."""
    draw = random.Random("actors")
    return [actor_name(draw.randrange(BUSIEST_LEFT_OUT, ACTORS)) for _ in range(QUESTIONS)]


def _resources() -> list[str]:
    draw = random.Random("resources")
    return [resource_name(draw.randrange(RESOURCES)) for _ in range(QUESTIONS)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
