"""One event a file, as the OpenLineage client's default transport writes it: many small files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from benchmarks.generators import light

if TYPE_CHECKING:
    from pathlib import Path

FILES_AN_HOUR: Final = 2_000
EVENT_BYTES: Final = 3_000


def write_files(out: Path, files: int, seed: int, stream: int) -> int:
    """Return the bytes written: so many files of one light event, below a folder for each hour."""
    total = 0
    events = light.events(seed, stream, files * EVENT_BYTES)
    for number, event in zip(range(files), events, strict=False):
        day, hour = divmod(number // FILES_AN_HOUR, 24)
        folder = out / f"day-{stream:02d}-{day:03d}" / f"{hour:02d}"
        if number % FILES_AN_HOUR == 0:
            folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(
            folder / f"events-{stream}-{number:08d}.json",
            os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
            0o644,
        )
        total += os.write(descriptor, event)
        os.close(descriptor)
    return total
