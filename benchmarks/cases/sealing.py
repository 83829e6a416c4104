"""What sealing costs in a scan, and how fast many rows are sealed, verified and proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from benchmarks.case import Case, Contestant, Target, python, ratio
from benchmarks.peers.tables import landing_files
from benchmarks.scratch import Made

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.case import Repeat, Unit
    from benchmarks.scratch import Scratch

UNSEALED: Final = "scanned, not sealed"
BLOCKS: Final = "scanned, in blocks"
ROWS: Final = "scanned, rows where they may be erased"
LEAST: Final = 1 / 1.15
"""Sealing in blocks costs at most 15 percent of what the scan takes without it."""
SOURCES: Final = {"cloudtrail": "audit/cloudtrail", "light": "openlineage"}


def in_a_scan(scratch: Scratch, kind: Literal["cloudtrail", "light"], total_bytes: int) -> Case:
    """Return what sealing adds to the CPU seconds of a scan of one file.

    Measured inside the scan, as two scans of one file differ by more than it takes; and by a scan
    without it, which also has what it costs others.
    """
    given = scratch.input(Made(kind, total_bytes))
    (file,) = landing_files(given.files)
    names = {UNSEALED: "unsealed", BLOCKS: "blocks", ROWS: "rows"}
    return Case(
        f"sealing-{kind}",
        f"sealing {'CloudTrail' if kind == 'cloudtrail' else 'light OpenLineage'}",
        given,
        None,
        tuple(_scanned(name, how, SOURCES[kind], file) for name, how in names.items()),
        (
            Target("all but sealing, in blocks", "ratio", LEAST, _but_sealing(BLOCKS)),
            Target("all but sealing, rows", "ratio", None, _but_sealing(ROWS)),
            ratio("scan without seals, to blocks", UNSEALED, BLOCKS, None),
            ratio("scan without seals, to rows", UNSEALED, ROWS, None),
        ),
    )


def _but_sealing(name: str) -> Callable[[Repeat], float]:
    """Return what gives the part of a scan's CPU seconds that is not sealing."""

    def part(repeat: Repeat) -> float:
        said = repeat[name].said
        return 1 - said["sealing_seconds"] / said["seconds"]

    return part


def rows(scratch: Scratch, count: int) -> Case:
    """Return how fast so many audit rows are read and sealed, and single ones of them proven.

    A deep verification does the same, and compares what it gets with what was signed.
    """
    given = scratch.input(Made("needle", count))
    files = landing_files(given.files)
    contestants = {"in blocks": "blocks", "row by row": "rows", "proofs": "proof"}
    return Case(
        "trail",
        "audit rows sealed or verified",
        given,
        None,
        tuple(_sealed(name, how, files) for name, how in contestants.items()),
        (
            _said("in blocks, a CPU second", "per second", "in blocks", "rows_a_second"),
            _said("row by row, a CPU second", "per second", "row by row", "rows_a_second"),
            _said("a proof", "bytes", "proofs", "proof_bytes"),
            _said("to make a proof", "milliseconds", "proofs", "prove_ms"),
            _said("to verify a proof", "milliseconds", "proofs", "verify_ms"),
        ),
    )


def _scanned(name: str, how: str, source: str, file: str) -> Contestant:
    def command(_: Path) -> list[str]:
        return python("benchmarks.trail", "scan", how, source, file)

    return Contestant(name, command)


def _sealed(name: str, how: str, files: Sequence[str]) -> Contestant:
    def command(_: Path) -> list[str]:
        return python("benchmarks.trail", "rows", how, *files)

    return Contestant(name, command)


def _said(label: str, unit: Unit, name: str, key: str) -> Target:
    return Target(label, unit, None, lambda repeat: repeat[name].said[key])
