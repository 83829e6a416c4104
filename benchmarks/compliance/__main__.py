"""`python -m benchmarks.compliance WORK …`: what the status of every control takes, as JSON.

`estate STORE COUNT` adds so many models to a workspace of audit rows and publishes it, `status
STORE` judges every control anew.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.compliance.estate import land_estate
from lineage_pipeline import pipeline
from lineage_pipeline.compliance.assessment import ORGANISATION, anew, published

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


def main(arguments: Sequence[str]) -> int:
    """Return the exit code."""
    work, store, *rest = arguments
    said = WORKS[work](Path(store), rest)
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def _estate(store: Path, given: Sequence[str]) -> dict[str, float]:
    made = store / f"estate-{given[0]}"
    if not made.exists():
        land_estate(store, int(given[0]))
        started = time.perf_counter()
        pipeline.run(pipeline.open_workspace(store), pipeline.system_clock)
        made.write_text(f"{time.perf_counter() - started}")
    return {"seconds": float(made.read_text())}


def _status(store: Path, _: Sequence[str]) -> dict[str, float]:
    paths = pipeline.open_workspace(store).paths
    as_of: datetime = published(paths).control_status["as_of_at"][0]
    started = time.perf_counter()
    found = anew(paths, as_of, None)
    seconds = time.perf_counter() - started
    status = found.of_scope(ORGANISATION).control_status
    population = int(status["population"].sum())
    return {"seconds": seconds, "controls": status.height, "members": population}


WORKS: Final[dict[str, Callable[[Path, Sequence[str]], dict[str, float]]]] = {
    "estate": _estate, "status": _status,
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
