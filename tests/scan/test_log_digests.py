"""Digests, signatures and keys on their way into bronze: accepted or set aside, none lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.log_digests import (
    FOLDER,
    digest_key,
    land,
    log,
    log_key,
    make_digest,
    packed,
    public_keys,
    three_hours,
)
from tests.workspaces import CLOCK, published_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from lineage_pipeline.bronze.ingest import Ingest
    from lineage_pipeline.pipeline import Workspace

DIGEST = make_digest(0, {log_key(0): log(0)}).content
EVENT = json.dumps(json.loads(log(0))["Records"][0]).encode()


def scanned(root: Path, files: dict[str, bytes], settings: str = "") -> tuple[Workspace, Ingest]:
    workspace = published_workspace(root / "workspace", settings)
    land(workspace, files)
    return workspace, pipeline.run(workspace, pipeline.system_clock, CLOCK).ingest


def counted(done: Ingest) -> tuple[int, int, int]:
    """Return records, accepted ones and those set aside of the one file that was scanned."""
    (segment,) = done.segments
    return segment.record_count, segment.accepted_count, segment.quarantined_count


def asked(workspace: Workspace, query: str) -> list[tuple[Any, ...]]:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


@pytest.mark.parametrize("content", [DIGEST, DIGEST + b"\n", b"\n " + DIGEST, public_keys("aws")])
@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
def test_a_document_is_one_record_whatever_its_file_is_called(
    tmp_path: Path, content: bytes, name: str
) -> None:
    stored = packed(content) if name.endswith(".gz") else content
    workspace, done = scanned(tmp_path, {name: stored})
    assert counted(done) == (1, 1, 0)
    assert done.segments[0].end_offset == len(content)
    assert asked(workspace, "select count(*) from audit.event") == [(0,)]


@pytest.mark.parametrize(
    ("content", "counts", "code"),
    [
        (DIGEST + b"\n" + DIGEST + b"\n", (2, 0, 2), "log_digest_not_alone"),
        (DIGEST + DIGEST, (2, 0, 2), "log_digest_not_alone"),
        (DIGEST + b"\n" + EVENT + b"\n", (2, 1, 1), "log_digest_not_alone"),
        (DIGEST + b"\n" + log(0), (2, 1, 1), "log_digest_not_alone"),
        (public_keys("aws") + EVENT, (2, 1, 1), "log_digest_not_alone"),
        (EVENT + b"\n" + DIGEST + b"\n", (2, 1, 1), "not_an_event"),
        (DIGEST + b"\n{not json}\n", (2, 0, 2), "log_digest_not_alone"),
        (DIGEST.replace(b'"2026-01-01T01:00:00Z"', b"7"), (1, 0, 1), "malformed_log_digest"),
        (b'{"PublicKeyList": [7]}', (1, 0, 1), "malformed_public_keys"),
        (DIGEST.replace(b"audit-bucket", b"audit\xffbucket", 1), (1, 0, 1), "invalid_utf8"),
        (DIGEST.replace(b"audit-bucket", b"x" * 9000, 1), (1, 0, 1), "record_too_large"),
    ],
)
def test_what_is_set_aside(
    tmp_path: Path, content: bytes, counts: tuple[int, int, int], code: str
) -> None:
    settings = "[scan]\nmax_record_bytes = 8192\n"
    workspace, done = scanned(tmp_path, {"a.json": content}, settings)
    assert counted(done) == counts
    assert code in dict(done.rejected_by)
    assert asked(workspace, "select count(*) from audit.log_digest") == [(0,)]
    offsets = asked(workspace, "select distinct source_offset from quality.quarantine")
    assert len(offsets) == counts[2]


@pytest.mark.parametrize("content", [b"x" * 100, b"ab" * 100_000, b"\x00" * 512])
def test_what_is_no_signature_is_set_aside(tmp_path: Path, content: bytes) -> None:
    _, done = scanned(tmp_path, {"a.json.gz.signature": content})
    assert counted(done) == (1, 0, 1)
    assert done.rejected_by == (("malformed_signature", 1),)


def test_an_empty_signature_waits(tmp_path: Path) -> None:
    bucket = three_hours()
    name = f"{digest_key(2)}.signature"
    workspace, done = scanned(tmp_path, bucket.files | {name: b""})
    assert sum(segment.record_count for segment in done.segments) == 7
    land(workspace, {name: bucket.files[name]})
    assert counted(pipeline.run(workspace, pipeline.system_clock, CLOCK.replace(day=2)).ingest) == (
        1,
        1,
        0,
    )
    assert asked(workspace, "select distinct signature_status from audit.log_digest") == [
        ("valid",)
    ]


def test_a_digest_that_grows_too_much_when_it_is_unpacked(tmp_path: Path) -> None:
    huge = DIGEST.replace(b"{", b"{" + b" " * (80 << 20), 1)
    settings = "[scan]\nmax_decompression_ratio = 10\n"
    workspace, done = scanned(tmp_path, {"a.json.gz": packed(huge)}, settings)
    assert dict(done.rejected_by).keys() & {"decompression_limit", "record_too_large"}
    assert asked(workspace, "select count(*) from audit.log_digest") == [(0,)]


def test_digests_elsewhere_are_no_digests(tmp_path: Path) -> None:
    workspace = published_workspace(tmp_path / "workspace")
    place = workspace.paths.landing / "audit/cloudevents/a.json"
    place.write_bytes(DIGEST)
    done = pipeline.run(workspace, pipeline.system_clock, CLOCK).ingest
    assert counted(done) == (1, 0, 1)
    assert done.rejected_by == (("not_an_event", 1),)
    assert FOLDER not in done.segments[0].source_file
