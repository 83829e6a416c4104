"""Progress bars: on a terminal only, nothing in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def bytes_bar(doing: str) -> Iterator[Callable[[int], Callable[[int], None]] | None]:
    """Show a bar of bytes while the block runs, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn(doing),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:

        def on_plan(total_bytes: int) -> Callable[[int], None]:
            task = progress.add_task(doing, total=total_bytes)
            return lambda done: progress.update(task, advance=done)

        yield on_plan


@contextmanager
def steps_bar(doing: str) -> Iterator[Callable[[int], Callable[[int], None]] | None]:
    """Show a bar of so many steps while the block runs, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:

        def on_plan(count: int) -> Callable[[int], None]:
            task = progress.add_task(doing, total=count)
            return lambda done: progress.update(task, advance=done)

        yield on_plan
