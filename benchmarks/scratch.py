"""Made files in the scratch folder, kept from case to case and from run to run."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.case import Input
from benchmarks.generate import generate

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.generate import Kind
    from benchmarks.generators.output import Packing


@dataclass(frozen=True, slots=True)
class Made:
    """What to make: the arguments of the generator."""

    kind: Kind
    total: int
    files: int = 1
    packing: Packing = "plain"
    seed: int = 1
    stream: int = 0

    @property
    def folder(self) -> str:
        """The name of its folder, which tells all of its arguments."""
        return f"{self.kind}-{self.total}-{self.files}-{self.packing}-{self.seed}-{self.stream}"


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder for made files and outputs."""

    root: Path

    def input(self, made: Made) -> Input:
        """Return the files, made unless they were before.

        A file that tells what was made is written last, so that half of an input is made again.
        """
        folder = self.root / "inputs" / made.folder
        summary = folder.with_suffix(".json")
        if not summary.exists():
            shutil.rmtree(folder, ignore_errors=True)
            plain_bytes = generate(
                made.kind, folder, total=made.total, files=made.files, packing=made.packing,
                seed=made.seed, stream=made.stream,
            )  # fmt: skip
            summary.write_text(json.dumps(asdict(_summary(made, folder, plain_bytes))))
        return Input(**json.loads(summary.read_text()))


def _summary(made: Made, folder: Path, plain_bytes: int) -> Input:
    from benchmarks.peers.tables import landing_files

    pattern = {"small": "**/*.json", "needle": "*.parquet"}.get(made.kind, "*.ndjson*")
    files = landing_files(str(folder / pattern))
    rows = made.total if made.kind in {"small", "needle"} else _lines(made, folder)
    amount = {"small": f"--files {made.total}", "needle": f"--rows {made.total}"}.get(
        made.kind, f"--bytes {made.total} --files {made.files}"
    )
    packed = "" if made.packing == "plain" else f" --packed {made.packing}"
    command = (
        f"python -m benchmarks.generate {made.kind} DIR {amount}{packed} --seed {made.seed} "
        f"--stream {made.stream}"
    )
    return Input(str(folder / pattern), plain_bytes, rows, len(files), command)


def _lines(made: Made, folder: Path) -> int:
    import zlib

    import zstandard

    count = 0
    for file in sorted(folder.iterdir()):
        with file.open("rb") as raw:
            if made.packing == "zst":
                stream = zstandard.ZstdDecompressor().stream_reader(raw)
                while chunk := stream.read(8 << 20):
                    count += chunk.count(b"\n")
            else:
                unpacker = zlib.decompressobj(31)
                while chunk := raw.read(1 << 20):
                    plain = unpacker.decompress(chunk) if made.packing == "gz" else chunk
                    count += plain.count(b"\n")
    return count
