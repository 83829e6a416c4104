"""`python -m benchmarks.generate KIND OUT`: made landing files of any size, the same for a seed."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from benchmarks.generators import cloudtrail, heavy, kubernetes, light, small
from benchmarks.generators.output import Packing, file_names, write_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Kind = Literal["heavy", "light", "cloudtrail", "kubernetes", "small", "needle"]

_UNITS: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def size(text: str) -> int:
    """Return a number such as `1GB`, `500MB`, `50M` or `1000` as an integer.

    Raises:
        argparse.ArgumentTypeError: it is none of these.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?", text.strip().lower())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write one like 500MB, 1GB or 50M")
    return int(float(found[1]) * _UNITS[found[2]])


def generate(
    kind: Kind, out: Path, *, total: int, files: int = 1, packing: Packing = "plain",
    seed: int = 1, stream: int = 0, is_records: bool = False,
) -> int:  # fmt: skip
    """Return the plain bytes of what it has written to `out`.

    Args:
        kind: what to make.
        out: a folder, or a file if there is to be one and the name has a suffix.
        total: plain bytes; for `small` files, for `needle` rows.
        files: how many files share the bytes.
        packing: how they are packed, unless the file's name says it.
        seed: decides what repeats: jobs, tables, actors.
        stream: decides what does not: runs, requests, times.
        is_records: CloudTrail as `{"Records": [...]}` documents instead of lines.
    """
    if kind == "small":
        return small.write_files(out, total, seed, stream)
    if kind == "needle":
        # It takes its columns from the library; the other kinds do without the import.
        from benchmarks.generators import needle

        return needle.write_months(out, total, seed)
    names = file_names(out, files, packing)
    lines = _lines(kind, total, seed, stream, is_records=is_records)
    return write_lines(lines, names, -(-total // files), packing)


def _lines(kind: Kind, total: int, seed: int, stream: int, *, is_records: bool) -> Iterator[bytes]:
    if kind == "heavy":
        return heavy.events(seed, stream, total)
    if kind == "light":
        return light.events(seed, stream, total)
    if kind == "kubernetes":
        return kubernetes.events(seed, stream)
    records = cloudtrail.events(seed, stream)
    return cloudtrail.documents(records) if is_records else records


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code; what was written goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("kind", choices=get_args(Kind))
    parser.add_argument("out", type=Path)
    parser.add_argument("--bytes", type=size, default=size("100MB"), metavar="N")
    parser.add_argument("--files", type=size, default=1, metavar="M")
    parser.add_argument("--rows", type=size, default=size("50M"), help="for needle")
    parser.add_argument("--packed", choices=("gz", "zst"))
    parser.add_argument("--records", action="store_true", help="CloudTrail as documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stream", type=int, default=0, help="another one has new events")
    chosen = parser.parse_args(arguments)
    total = {"small": chosen.files, "needle": chosen.rows}.get(chosen.kind, chosen.bytes)
    started = time.perf_counter()
    written = generate(
        cast("Kind", chosen.kind), chosen.out, total=total, files=chosen.files,
        packing=chosen.packed or "plain", seed=chosen.seed, stream=chosen.stream,
        is_records=chosen.records,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    print(f"{chosen.kind}: {written:,} bytes in {seconds:.1f} s at {chosen.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
