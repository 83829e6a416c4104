"""`python -m benchmarks`: every case, ours and its peers in turn, and what was reached."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from benchmarks import report
from benchmarks.cases import BY_REQUEST, CASES, Sizes
from benchmarks.generate import size
from benchmarks.machine import this_machine
from benchmarks.runner import run, say
from benchmarks.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Return the exit code, 0 whatever was reached; the tables go to stdout."""
    chosen = _parser().parse_args(arguments)
    scratch = Scratch(chosen.scratch.resolve())
    machine, command = this_machine(), " ".join(["python -m benchmarks", *arguments])
    sizes = Sizes(chosen.size, chosen.needle_rows, chosen.graph_nodes)
    outcomes = []
    for name in chosen.only or [name for name in CASES if name not in BY_REQUEST]:
        say(f"{name}: making its input")
        case = CASES[name](scratch, sizes)
        outcomes.append(run(case, scratch.root / "run" / name, chosen.repeats, say))
        if chosen.out:
            content = report.as_json(outcomes, machine, command)
            chosen.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    report.show(outcomes, machine, Console())
    if chosen.table:
        chosen.table.write_text(report.markdown(outcomes, machine, command), encoding="utf-8")
    if chosen.scratch == _SCRATCH and not chosen.keep:
        shutil.rmtree(scratch.root)
    return 0


_SCRATCH = Path(tempfile.gettempdir()) / "lineage-bench"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--size", type=size, default=size("1GB"), help="of the main input; others follow it"
    )
    parser.add_argument("--needle-rows", type=size, default=size("5M"), metavar="N")
    parser.add_argument("--graph-nodes", type=size, default=size("1M"), metavar="N")
    parser.add_argument("--only", nargs="+", choices=list(CASES), metavar="NAME",
                        help=f"of {', '.join(CASES)}")  # fmt: skip
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, metavar="FILE.json")
    parser.add_argument("--table", type=Path, metavar="FILE.md")
    parser.add_argument("--scratch", type=Path, default=_SCRATCH, help="where inputs are kept")
    parser.add_argument("--keep", action="store_true", help="keep the default scratch folder")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
