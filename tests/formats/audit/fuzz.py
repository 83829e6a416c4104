"""Coverage-guided fuzzing of what reads audit records: nothing may raise, nothing may get lost.

For long:  python tests/formats/audit/fuzz.py -max_total_time=3600 -len_control=0 CORPUS
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[3]))

with atheris.instrument_imports(include=["lineage_pipeline.formats"]):
    from lineage_pipeline.formats.audit import MAPPINGS, recognise
    from lineage_pipeline.formats.audit.reader import AuditReader

from tests.formats.audit.chunks import records_of, samples

READERS = [AuditReader(mapping, "Europe/Berlin") for mapping in MAPPINGS.values()]
SEEDS = [b"\n".join(bodies[:2]) for bodies in samples().values()]


def check(data: bytes) -> None:
    """Read the lines behind the first byte, which chooses the format and perhaps a sample."""
    if not data:
        return
    choice, lines = data[0], data[1:].split(b"\n")
    if choice & 0x80:
        seed = SEEDS[choice % len(SEEDS)]
        at = int.from_bytes(data[1:3], "big") % len(seed)
        lines = (seed[:at] + data[3:] + seed[at + len(data[3:]) :]).split(b"\n")
    for line in lines:
        recognise(line, MAPPINGS.values())
    found = READERS[choice % len(READERS)].read(records_of(lines))
    rejected = [place for place, _ in found.rejected]
    if sorted([*found.places.tolist(), *rejected]) != list(range(len(lines))):
        raise AssertionError(f"{len(lines)} records gave {found.places} and {found.rejected}")


def main() -> None:
    """Fuzz until told to stop."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
