"""Every byte of a small workspace, flipped: each flip is found, and its file is named."""

from __future__ import annotations

import os
import random
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pytest

from lineage_pipeline import auditing
from lineage_pipeline.evidence import beside_log
from lineage_pipeline.evidence.comparison import AT_WORK, Comparison
from lineage_pipeline.evidence.ledger import ledger_of
from lineage_pipeline.evidence.questions import Question, keep_query
from lineage_pipeline.evidence.trail import log_of
from lineage_pipeline.trail.disk import Disk
from lineage_pipeline.trail.examination import examine
from tests.evidence.sealed import contents, findings, named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.paths import WorkspacePaths
    from lineage_pipeline.pipeline import Workspace

NOTHING_IN_THEM: Final = {*AT_WORK, "trail/.lock"}
"""Say who is at work by being there or by being locked; what they hold is read by nobody."""
SMALL: Final = 1 << 15
ROWS: Final = "rows were altered since they were sealed"


@contextmanager
def flipped(file: Path, place: int, bit: int) -> Iterator[None]:
    """Have one bit of a file the other way round inside the block."""
    with file.open("r+b", buffering=0) as handle:
        [before] = os.pread(handle.fileno(), 1, place)
        os.pwrite(handle.fileno(), bytes([before ^ 1 << bit]), place)
        try:
            yield
        finally:
            os.pwrite(handle.fileno(), bytes([before]), place)


def comparison_of(paths: WorkspacePaths) -> Comparison:
    log, _ = auditing.open_trail(paths, auditing.pinned_key(paths, None))
    return Comparison(paths, Disk(paths.trail), ledger_of(log.entries()))


def test_each_byte_of_the_lake_is_found(workspace: Workspace) -> None:
    """By digest, each of them; of every 211th flip also where it is."""
    paths, compared = workspace.paths, comparison_of(workspace.paths)
    chance = random.Random(1)  # noqa: S311 - the same flips each time
    ranges = set()
    for path, data in contents(paths.root).items():
        if not path.startswith("lake/") or path in NOTHING_IN_THEM:
            continue
        altered = bytearray(data)
        for place in range(0, len(data), 1 if len(data) < SMALL else 7):
            bit = 1 << chance.randrange(8)
            altered[place] ^= bit
            digest = sha256(altered).hexdigest()
            if place % 211:
                assert digest != sha256(data).hexdigest()
            else:
                (paths.root / path).write_bytes(altered)
                found = list(compared.of_file(path, digest))
                assert named(found) == {path}, place
                ranges |= {finding.rows for finding in found if finding.problem == ROWS}
            altered[place] ^= bit
        (paths.root / path).write_bytes(data)
    assert findings(paths) == []


@pytest.mark.parametrize("path", ["lake/bronze/audit_event", "lake/bronze/event", "lake/graph"])
def test_a_flip_is_found_by_the_whole_verification(workspace: Workspace, path: str) -> None:
    paths, chance = workspace.paths, random.Random(path)  # noqa: S311 - the same flips each time
    for file in sorted((paths.root / path).rglob("*.parquet")):
        name = file.relative_to(paths.root).as_posix()
        for _ in range(3):
            place = chance.randrange(file.stat().st_size)
            with flipped(file, place, chance.randrange(8)):
                found = findings(paths)
                assert named(found) == {name}, place
                assert all(one.batch_id == file.stem[:32] for one in found if "bronze" in name)
                assert all(one.entry is not None for one in found)


def test_each_byte_of_the_log_is_found(workspace: Workspace) -> None:
    """`tests/trail` flips those of logs of many sizes; here is what stands beside one, too."""
    keep_query(workspace.paths, Question("from audit.event"), 1)
    paths = workspace.paths
    pinned = auditing.pinned_key(paths, None)
    disk, ledger = Disk(paths.trail), ledger_of(log_of(paths).entries())
    chance = random.Random(2)  # noqa: S311 - the same flips each time
    for path, data in contents(paths.root).items():
        if not path.startswith("trail/") or path in NOTHING_IN_THEM:
            continue
        step = 37 if "/entries/" in path else 1
        file = paths.root / path
        for place in range(0, len(data), step):
            with flipped(file, place, chance.randrange(8)):
                found = named([
                    *beside_log.of_key(disk, pinned),
                    *beside_log.of_ranges(paths, disk, ledger),
                    *beside_log.of_queries(paths, disk, ledger),
                ])  # fmt: skip
                if not found:
                    found = {f"trail/{one.path}" for one in examine(paths.trail, pinned)}
                # The newest checkpoint has two names: what is wrong under one is under both.
                assert any(path in name or name in path for name in found), (path, place, found)
    assert findings(paths) == []


def test_what_says_who_is_at_work_holds_nothing(workspace: Workspace) -> None:
    for path in NOTHING_IN_THEM:
        (workspace.paths.root / path).write_bytes(b"anything")
    assert findings(workspace.paths) == []


def test_flips_all_over_the_warehouse_are_found(workspace: Workspace) -> None:
    """Its digest is one function of all bytes; a flip in each of many blocks says as much."""
    paths, chance = workspace.paths, random.Random(3)  # noqa: S311 - the same flips each time
    data = bytearray(paths.warehouse.read_bytes())
    compared, unaltered = comparison_of(paths), sha256(data).hexdigest()
    blocks = len(data) // 4096
    assert list(compared.of_file("warehouse.duckdb", unaltered)) == []
    for block in range(0, blocks, max(1, blocks // 200)):
        place, bit = block * 4096 + chance.randrange(4096), 1 << chance.randrange(8)
        data[place] ^= bit
        [found] = compared.of_file("warehouse.duckdb", sha256(data).hexdigest())
        assert found.file == "warehouse.duckdb"
        data[place] ^= bit
    with flipped(paths.warehouse, len(data) // 2, 0):
        assert named(findings(paths)) == {"warehouse.duckdb"}
