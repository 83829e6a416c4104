"""What the benchmarks read: the same for a seed, and what it claims to be."""

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import duckdb
import pyarrow.parquet as pq
import pytest
import zstandard

from benchmarks import ours
from benchmarks.generate import Kind, generate, size
from benchmarks.generators import cloudtrail, heavy
from benchmarks.generators.needle import MONTHS
from lineage_pipeline.schemas import AUDIT_EVENT

TOTALS: dict[Kind, int] = {
    "heavy": 400_000, "light": 60_000, "cloudtrail": 60_000, "kubernetes": 60_000,
    "small": 40, "needle": 7_200,
}  # fmt: skip
SOURCES = {
    "heavy": "openlineage", "light": "openlineage", "small": "openlineage",
    "cloudtrail": "audit/cloudtrail", "kubernetes": "audit/kubernetes",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def events(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_bytes().splitlines()]


def schemas(found: list[Any]) -> set[str]:
    return {
        json.dumps(dataset["facets"]["schema"])
        for event in found
        for dataset in (*event["inputs"], *event["outputs"])
    }


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_seed_gives_the_same_bytes_and_another_stream_other_ones(
    kind: Kind, tmp_path: Path
) -> None:
    asked = {"one": (0, 7), "same": (0, 7), "later": (1, 7), "other": (0, 8)}
    if kind == "needle":
        del asked["later"]  # it has no streams
    for name, (stream, seed) in asked.items():
        generate(kind, tmp_path / name, total=TOTALS[kind], seed=seed, stream=stream)

    one = contents(tmp_path / "one")
    assert one == contents(tmp_path / "same")
    assert one != contents(tmp_path / "other")
    assert kind == "needle" or one != contents(tmp_path / "later")


def test_another_stream_brings_new_runs_of_known_tables(tmp_path: Path) -> None:
    first, later = tmp_path / "first.ndjson", tmp_path / "later.ndjson"
    generate("heavy", first, total=3_000_000)
    generate("heavy", later, total=3_000_000, stream=1)

    runs = [{event["run"]["runId"] for event in events(file)} for file in (first, later)]
    assert not runs[0] & runs[1]
    assert schemas(events(later)) <= schemas(events(first))


def test_heavy_events_are_as_large_and_as_repetitive_as_real_ones(tmp_path: Path) -> None:
    file = tmp_path / "heavy.ndjson"
    generate("heavy", file, total=10_000_000)

    found = events(file)
    assert 30_000 < file.stat().st_size / len(found) < 45_000
    assert {event["eventType"] for event in found} == {"START", "RUNNING", "COMPLETE"}
    # A hundredth of a gigabyte: a hundredth of its 3,000 schemas.
    assert 22 < len(schemas(found)) < 38


def test_files_share_the_bytes(tmp_path: Path) -> None:
    written = generate("kubernetes", tmp_path, total=100_000, files=4)

    sizes = [file.stat().st_size for file in sorted(tmp_path.iterdir())]
    assert len(sizes) == 4
    assert sum(sizes) == written
    assert max(sizes) - min(sizes) < 3_000


@pytest.mark.parametrize(
    ("packing", "unpack"),
    [
        ("gz", gzip.decompress),
        ("zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
def test_packed_files_hold_the_same_lines(
    packing: Any, unpack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    generate("light", tmp_path / "plain", total=50_000)
    generate("light", tmp_path / "packed", total=50_000, packing=packing)

    [packed] = (tmp_path / "packed").iterdir()
    [plain] = (tmp_path / "plain").iterdir()
    assert unpack(packed.read_bytes()) == plain.read_bytes()


def test_cloudtrail_documents_hold_the_same_records() -> None:
    def take(lines: Iterator[bytes], count: int) -> list[bytes]:
        return [next(lines) for _ in range(count)]

    [document] = take(cloudtrail.documents(cloudtrail.events(1, 0)), 1)
    records = take(cloudtrail.events(1, 0), cloudtrail.RECORDS_A_DOCUMENT)
    assert json.loads(document) == {"Records": [json.loads(record) for record in records]}


def test_small_is_one_event_a_file_below_folders_for_hours(tmp_path: Path) -> None:
    generate("small", tmp_path, total=2_001)

    files = list(tmp_path.rglob("*.json"))
    assert len(files) == 2_001
    assert {file.parent.name for file in files} == {"00", "01"}
    assert all(len(events(file)) == 1 for file in files[:20])


def test_needle_rows_are_canonical_rows_of_36_months_with_busy_actors(tmp_path: Path) -> None:
    generate("needle", tmp_path, total=36_000)

    files = sorted(tmp_path.iterdir())
    assert len(files) == MONTHS
    assert pq.read_schema(files[0]).equals(AUDIT_EVENT, check_metadata=False)
    rows = duckdb.read_parquet(str(tmp_path / "*.parquet"))
    assert rows.aggregate("count(*), count(distinct event_id)").fetchall() == [(36_000, 36_000)]
    [(busiest,)] = rows.aggregate("actor_id, count(*) as n").aggregate("max(n)").fetchall()
    assert busiest > 1_000


@pytest.mark.parametrize("kind", SOURCES)
def test_a_scan_takes_every_made_record(kind: Kind, tmp_path: Path) -> None:
    generate(kind, tmp_path / "made", total=TOTALS[kind], files=2)
    pattern = "**/*.json" if kind == "small" else "*.ndjson"
    records = sum(len(events(file)) for file in (tmp_path / "made").glob(pattern))

    assert counted(tmp_path, f"{tmp_path}/made/{pattern}", SOURCES[kind]) == (records, records, 0)


def test_a_scan_takes_every_record_of_made_documents(tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    generate("cloudtrail", made, total=2_000_000, is_records=True)
    records = sum(len(document["Records"]) for document in events(made))

    assert counted(tmp_path, str(made), "audit/cloudtrail") == (records, records, 0)


def counted(folder: Path, files: str, source: str) -> tuple[int, ...]:
    """Return records, accepted ones and rejected ones of a scan into a fresh workspace."""
    workspace = folder / "workspace"
    ours.fresh_workspace(workspace)
    command = ours.scan_command(files, workspace, source)
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    segments = duckdb.read_parquet(str(workspace / "lake/bronze/segment/*.parquet"))
    total = segments.aggregate("sum(record_count), sum(accepted_count), sum(quarantined_count)")
    return tuple(int(count) for count in total.fetchall()[0])


@pytest.mark.parametrize(
    ("text", "expected"), [("1GB", 10**9), ("1.5 gb", 15 * 10**8), ("50M", 5 * 10**7), ("12", 12)]
)
def test_sizes_are_read_as_people_write_them(text: str, expected: int) -> None:
    assert size(text) == expected


def test_less_than_a_gigabyte_has_fewer_jobs() -> None:
    names = [
        {json.loads(next(stream))["job"]["name"] for _ in range(50)}
        for stream in (heavy.events(1, 0, 2_000_000), heavy.events(1, 0, 50_000_000))
    ]
    assert len(names[0]) < len(names[1])
