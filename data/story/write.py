"""Writing the story: every file packed the way its delivery packs it, below its Monday."""

import gzip
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from data.story import (
    cards,
    cloudtrail,
    cluster,
    compliance,
    governance,
    ledger,
    lineage,
    mistakes,
    monitoring,
    registry,
    webhooks,
)
from data.story.landed import LandedFile
from data.story.weeks import DELIVERIES

# The last two deliveries lie open, so that a reader can look into them and a file can grow.
_PACKED = DELIVERIES[:-2]
_ZSTANDARD = ("openlineage/spark/",)
_ZSTANDARD_DELIVERY = DELIVERIES[3]
# A file that grows keeps its name, and a stream cannot be appended to once it is packed.
_GROWING = ("governance/", "compliance/", "registry/files/")
_PACKABLE = (".ndjson", ".json")
_ROOMS = (
    cards,
    cloudtrail,
    cluster,
    compliance,
    governance,
    ledger,
    monitoring,
    registry,
    webhooks,
)


def gzipped(content: bytes) -> bytes:
    """The content as gzip, without the time of packing."""
    return gzip.compress(content, compresslevel=9, mtime=0)


def pack(file: LandedFile) -> LandedFile:
    """The file as it is delivered: packed in older deliveries, plain in the last two."""
    plain = file.path.startswith(_GROWING) or not file.path.endswith(_PACKABLE)
    if plain or file.delivery not in _PACKED:
        return file
    if file.delivery == _ZSTANDARD_DELIVERY and file.path.startswith(_ZSTANDARD):
        packed = zstandard.ZstdCompressor(level=9).compress(file.content)
        return replace(file, path=f"{file.path}.zst", content=packed)
    return replace(file, path=f"{file.path}.gz", content=gzipped(file.content))


def story() -> list[LandedFile]:
    """Every file of the story, in no particular order."""
    with TemporaryDirectory() as scratch:
        told = [*lineage.emissions(), mistakes.with_password()]
        landed = mistakes.spoil(lineage.files(told, Path(scratch)))
    for room in _ROOMS:
        landed += room.files()
    return [pack(file) for file in landed]


def write(files: Iterable[LandedFile], out: Path) -> int:
    """The number of bytes written below `out`; deliveries of an earlier call are replaced."""
    for delivery in DELIVERIES:
        shutil.rmtree(out / delivery.isoformat(), ignore_errors=True)
    total = 0
    for file in files:
        target = out / file.delivery.isoformat() / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        total += target.write_bytes(file.content)
    return total
