"""The same events in other shapes: packed, in many small files, in more than fits in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from benchmarks.case import Case, Target, ratio
from benchmarks.cases.contestants import (
    FILES,
    FLOOR,
    OURS,
    again,
    apart,
    floor,
    peers,
    scan,
)
from benchmarks.scratch import Made, Scratch

if TYPE_CHECKING:
    from benchmarks.generators.output import Packing

_SOURCE: Final = "openlineage"
_FILES: Final = 4


def packed(scratch: Scratch, total_bytes: int) -> Case:
    """Return heavy events plain, as gzip and as zstd, the decompression counted out."""
    forms: tuple[Packing, ...] = ("plain", "gz", "zst")
    made = {form: scratch.input(Made("heavy", total_bytes, _FILES, form)) for form in forms}
    names = {"plain": OURS, "gz": "ours, gzip", "zst": "ours, zstd"}
    return Case(
        "packed",
        "heavy OpenLineage, gzip and zstd",
        made["plain"],
        _SOURCE,
        (
            *(scan(made[form].files, _SOURCE, name=names[form]) for form in forms),
            apart("gunzip alone", "unpack", made["gz"].files),
            apart("unzstd alone", "unpack", made["zst"].files),
        ),
        (
            ratio("gzip to plain, gunzip out", OURS, names["gz"], 0.6, minus="gunzip alone"),
            ratio("zstd to plain, unzstd out", OURS, names["zst"], 0.6, minus="unzstd alone"),
            ratio("gzip to plain", OURS, names["gz"], None),
            ratio("zstd to plain", OURS, names["zst"], None),
        ),
    )


def small(scratch: Scratch, files: int) -> Case:
    """Return one event a file, and a second scan that finds nothing new."""
    made = scratch.input(Made("small", files))
    return Case(
        "small",
        "one event a file",
        made,
        _SOURCE,
        (
            scan(made.files, _SOURCE),
            again(made.files, _SOURCE),
            floor(made.files),
            *peers(_SOURCE, made.files, (FILES,)),
        ),
        (
            Target(
                "files a second", "per second", 5_000,
                lambda repeat: made.file_count / repeat[OURS].seconds,
            ),
            Target(
                "nothing new", "seconds", 3.0, lambda repeat: repeat["ours, nothing new"].seconds
            ),
            ratio(f"to {FILES}", FILES, OURS, None),
            ratio("to scan floor", FLOOR, OURS, None),
        ),
    )  # fmt: skip


def memory(scratch: Scratch, total_bytes: int) -> Case:
    """Return ten times as many heavy events in one file: how much memory they take."""
    made = scratch.input(Made("heavy", total_bytes))
    return Case(
        "memory",
        "heavy OpenLineage, peak memory",
        made,
        None,
        (scan(made.files, _SOURCE, is_compared=False), floor(made.files)),
        (
            Target("peak memory", "bytes", 2e9, lambda repeat: repeat[OURS].tree_bytes),
            ratio("to scan floor", FLOOR, OURS, None),
        ),
    )
