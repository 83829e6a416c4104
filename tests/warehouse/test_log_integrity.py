"""CloudTrail's digests of its log files, as they land: what is proven, and what is wrong."""

from __future__ import annotations

import json
import os
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from lineage_pipeline import pipeline
from lineage_pipeline.warehouse.query import open_warehouse
from tests.log_digests import (
    FOLDER,
    Bucket,
    digest_key,
    fingerprint,
    land,
    log,
    log_key,
    make_digest,
    packed,
    public_keys,
    run_with,
    three_hours,
)
from tests.workspaces import CLOCK, made_by, published_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lineage_pipeline.pipeline import Workspace
    from tests.log_digests import Files

Rows = list[tuple[Any, ...]]

INTACT = {"a": "intact", "b": "intact", "c": "intact"}
WHOLE = [("valid", "starts"), ("valid", "ok"), ("valid", "ok")]


def scanned(root: Path, *deliveries: Files) -> Workspace:
    workspace = published_workspace(root / "workspace")
    run_with(workspace, deliveries, CLOCK)
    return workspace


def asked(workspace: Workspace, query: str) -> Rows:
    with open_warehouse(workspace.paths) as warehouse:
        return list(warehouse.query(query).rows)


def digests(workspace: Workspace) -> Rows:
    return asked(
        workspace, "select signature_status, chain_status from audit.log_digest order by from_at"
    )


def logs(workspace: Workspace) -> dict[str, str]:
    """Return the status of each log file by the last part of its name."""
    found = asked(
        workspace,
        "select regexp_extract(log_name, '_([a-z]+)[.]json$', 1), status "
        "from audit.log_file_integrity",
    )
    assert len(found) == len(dict(found))
    return dict(found)


def findings(workspace: Workspace) -> Rows:
    """Return all that the views say, but where and when it was read first."""
    own = "select * exclude (source_file, ingested_at) from audit.log_digest order by all"
    listed = "select * exclude source_file from audit.log_file_integrity order by all"
    return [*asked(workspace, own), *asked(workspace, listed)]


def faults(workspace: Workspace) -> list[str]:
    """Return the checks that find something."""
    with open_warehouse(workspace.paths) as warehouse:
        return [
            file.object
            for file in made_by("check")
            if warehouse.connection.execute(file.statements).fetchall()
        ]


def test_a_whole_bucket_is_proven(tmp_path: Path) -> None:
    workspace = scanned(tmp_path, three_hours().files)
    assert digests(workspace) == WHOLE
    assert logs(workspace) == INTACT
    assert asked(workspace, "select count(*) from quality.quarantine") == [(0,)]
    assert asked(workspace, "select sum(event_count), count(*) from quality.ingest") == [(8, 8)]
    assert asked(workspace, "select count(*) from audit.event") == [(3,)]
    assert faults(workspace) == []


def test_a_log_that_was_altered(tmp_path: Path) -> None:
    files = three_hours().files | {log_key(0, "b"): packed(log(0, "b", actor="nobody"))}
    workspace = scanned(tmp_path, files)
    assert logs(workspace) == INTACT | {"b": "altered"}
    assert digests(workspace) == WHOLE


def test_a_run_says_what_became_of_log_files_once_there_are_digests(tmp_path: Path) -> None:
    found, *others = parts_of(three_hours())
    workspace = scanned(tmp_path, found)
    assert summary(workspace) == []
    run_with(workspace, others, CLOCK.replace(month=7))
    assert summary(workspace) == [
        ("log digests", "valid ok", 2),
        ("log digests", "valid starts", 1),
        ("log files", "intact", 3),
    ]


def summary(workspace: Workspace) -> Rows:
    with open_warehouse(workspace.paths) as warehouse:
        return [row for row in warehouse.ask("summary").rows if row[0].startswith("log ")]


def test_a_log_that_was_deleted(tmp_path: Path) -> None:
    files = three_hours().files
    del files[log_key(1, "c")]
    workspace = scanned(tmp_path, files)
    assert logs(workspace) == INTACT | {"c": "missing"}


def test_a_digest_that_was_deleted(tmp_path: Path) -> None:
    files = three_hours().files
    del files[digest_key(1)]
    workspace = scanned(tmp_path, files)
    # It was the one that repeated the signature of the first.
    assert digests(workspace) == [("unverifiable", "starts"), ("valid", "gap")]
    assert logs(workspace) == INTACT | {"c": "unlisted"}


def test_the_first_digests_were_deleted(tmp_path: Path) -> None:
    files = three_hours().files
    del files[digest_key(0)]
    workspace = scanned(tmp_path, files)
    assert digests(workspace) == [("valid", "gap"), ("valid", "ok")]


def altered_digest(bucket: Bucket, hour: int) -> bytes:
    content = json.loads(bucket.digests[hour].content)
    content["logFiles"] = content["logFiles"][1:]
    return packed(json.dumps(content).encode())


def test_a_digest_that_was_altered(tmp_path: Path) -> None:
    bucket = three_hours()
    files = bucket.files | {digest_key(0): altered_digest(bucket, 0)}
    del files[log_key(0, "a")]
    workspace = scanned(tmp_path, files)
    assert digests(workspace) == [("invalid", "starts"), ("valid", "broken"), ("valid", "ok")]
    assert logs(workspace) == {"b": "unverifiable", "c": "intact"}


def test_the_newest_digest_was_altered(tmp_path: Path) -> None:
    bucket = three_hours()
    bucket.pass_hour("d")
    workspace = scanned(tmp_path, bucket.files | {digest_key(3): altered_digest(bucket, 3)})
    assert digests(workspace) == [*WHOLE, ("invalid", "ok")]
    assert logs(workspace) == INTACT | {"d": "unlisted"}


def test_an_altered_digest_beside_the_genuine_one(tmp_path: Path) -> None:
    bucket = three_hours()
    workspace = scanned(
        tmp_path, bucket.files | {f"copy/{digest_key(0)}": altered_digest(bucket, 0)}
    )
    assert sorted(digests(workspace)) == sorted([*WHOLE, ("invalid", "overlapping")])
    assert logs(workspace) == INTACT


def test_an_altered_digest_breaks_the_chain_even_without_a_key(tmp_path: Path) -> None:
    bucket = three_hours()
    files = bucket.files | {digest_key(0): altered_digest(bucket, 0)}
    del files["keys.json"]
    workspace = scanned(tmp_path, files)
    assert digests(workspace) == [
        ("unverifiable", "starts"),
        ("unverifiable", "broken"),
        ("unverifiable", "ok"),
    ]


def test_a_digest_signed_by_another_key(tmp_path: Path) -> None:
    bucket = three_hours()
    bucket.pass_hour("d", key="thief", digestPublicKeyFingerprint=fingerprint("aws"))
    workspace = scanned(tmp_path, bucket.files)
    assert digests(workspace) == [*WHOLE, ("invalid", "ok")]
    assert logs(workspace) == INTACT | {"d": "unverifiable"}


def test_a_digest_that_names_a_key_that_nobody_knows(tmp_path: Path) -> None:
    bucket = three_hours()
    bucket.pass_hour("d", key="thief")
    workspace = scanned(tmp_path, bucket.files)
    assert digests(workspace) == [*WHOLE, ("unverifiable", "ok")]
    assert asked(
        workspace,
        "select log.status, log.signature_status, digest.unverifiable_reason "
        "from audit.log_file_integrity as log "
        "join audit.log_digest as digest using (digest_sha256) where log.log_name like '%_d.json'",
    ) == [("intact", "unverifiable", "no_key")]


def test_a_repeated_signature_that_differs(tmp_path: Path) -> None:
    bucket = three_hours()
    bucket.pass_hour(previousDigestSignature="00" * 256)
    first = bucket.files
    kept = {f"{digest_key(2)}.signature": bucket.digests[2].signature.encode()}
    workspace = scanned(tmp_path, first | kept)
    assert digests(workspace) == [*WHOLE, ("valid", "broken")]
    without_key = {name: content for name, content in first.items() if name != "keys.json"}
    workspace = scanned(tmp_path / "without_key", without_key | kept)
    assert digests(workspace)[-1] == ("unverifiable", "broken")


def test_the_newest_digest_lost_its_signature(tmp_path: Path) -> None:
    files = three_hours().files
    del files[f"{digest_key(2)}.signature"]
    workspace = scanned(tmp_path, files)
    assert digests(workspace) == [*WHOLE[:2], ("unverifiable", "ok")]
    reasons = asked(workspace, "select distinct unverifiable_reason from audit.log_digest")
    assert sorted(reasons, key=str) == [("no_signature",), (None,)]


def test_a_second_key_of_the_same_fingerprint_proves_nothing(tmp_path: Path) -> None:
    forged = {"more.json": public_keys("thief", called="aws")}
    workspace = scanned(tmp_path, three_hours().files | forged)
    assert {status for status, _ in digests(workspace)} == {"unverifiable"}
    assert asked(workspace, "select distinct unverifiable_reason from audit.log_digest") == [
        ("keys_differ",)
    ]


def test_a_key_that_cannot_be_read_proves_nothing(tmp_path: Path) -> None:
    key = {"PublicKeyList": [{"Value": "AAAA", "Fingerprint": fingerprint("aws")}]}
    files = three_hours().files | {"keys.json": json.dumps(key).encode()}
    workspace = scanned(tmp_path, files)
    assert asked(workspace, "select distinct unverifiable_reason from audit.log_digest") == [
        ("unusable_key",)
    ]


def test_a_trail_that_was_switched_off_for_a_while(tmp_path: Path) -> None:
    bucket = three_hours()
    bucket.digests.append(make_digest(9, {}))
    workspace = scanned(tmp_path, bucket.files)
    # Nobody repeats the signature of the digest before the pause.
    assert digests(workspace) == [*WHOLE[:2], ("unverifiable", "ok"), ("valid", "gap")]


def test_two_digests_of_one_time(tmp_path: Path) -> None:
    bucket = three_hours()
    start = json.loads(bucket.digests[1].content)["digestStartTime"]
    bucket.pass_hour(digestStartTime=start)
    workspace = scanned(tmp_path, bucket.files)
    assert [chain for _, chain in digests(workspace)].count("overlapping") == 3


def test_other_trails_and_late_digests_do_not_overlap(tmp_path: Path) -> None:
    bucket = three_hours()
    late = digest_key(1).replace(".json.gz", "_backfill.json.gz")
    others = [make_digest(1, {}, place=place) for place in (late, digest_key(1, "other_trail"))]
    files = bucket.files | {other.key: packed(other.content) for other in others}
    workspace = scanned(tmp_path, files)
    assert asked(
        workspace,
        "select trail_name, is_backfill, chain_status from audit.log_digest "
        "where trail_name != 'main' or is_backfill order by all",
    ) == [("main", True, "starts"), ("other_trail", False, "starts")]
    assert {chain for _, chain in digests(workspace)} == {"starts", "ok"}


def test_what_lands_twice_counts_once_and_is_counted(tmp_path: Path) -> None:
    files = three_hours().files
    again = {f"again/{name}": content for name, content in files.items()}
    once, twice = scanned(tmp_path / "1", files), scanned(tmp_path / "2", files, again)
    assert findings(twice) == findings(once)
    assert faults(twice) == []
    assert asked(twice, "select sum(event_count), sum(duplicate_count) from quality.ingest") == [
        (13, 3)
    ]


def parts_of(bucket: Bucket) -> list[Files]:
    """Return the files in four parts: logs, odd digests, even ones, signature and key."""
    found: list[Files] = [{}, {}, {}, {}]
    places = {digest.key: 1 + number % 2 for number, digest in enumerate(bucket.digests)}
    for name, content in bucket.files.items():
        found[0 if name in bucket.logs else places.get(name, 3)][name] = content
    return found


@pytest.mark.parametrize("order", [*permutations(range(4))][::7])
def test_the_order_of_arrival_changes_nothing(tmp_path: Path, order: Sequence[int]) -> None:
    bucket = three_hours()
    bucket.pass_hour("d", key="thief", digestPublicKeyFingerprint=fingerprint("aws"))
    bucket.pass_hour("e")
    bucket.logs[log_key(4, "e")] = log(4, "e", actor="nobody")
    parts = parts_of(bucket)
    at_once = scanned(tmp_path / "once", bucket.files)
    one_by_one = scanned(tmp_path / "parts", *(parts[number] for number in order))
    assert findings(one_by_one) == findings(at_once)
    assert faults(one_by_one) == []
    assert pipeline.check_warehouse(one_by_one) == []


def test_each_arrival_shows(tmp_path: Path) -> None:
    found, even, odd, rest = parts_of(three_hours())
    workspace = scanned(tmp_path, found)
    assert logs(workspace) == {"a": "unlisted", "b": "unlisted", "c": "unlisted"}
    run_with(workspace, [even], CLOCK.replace(month=7))
    assert digests(workspace) == [("unverifiable", "starts"), ("unverifiable", "gap")]
    run_with(workspace, [odd], CLOCK.replace(month=8))
    assert [chain for _, chain in digests(workspace)] == ["starts", "ok", "ok"]
    run_with(workspace, [rest], CLOCK.replace(month=9))
    assert digests(workspace) == WHOLE
    assert logs(workspace) == INTACT


def test_digests_before_their_logs(tmp_path: Path) -> None:
    found, *others = parts_of(three_hours())
    workspace = scanned(tmp_path, others[0] | others[1] | others[2])
    assert set(logs(workspace).values()) == {"missing"}
    run_with(workspace, [found], CLOCK.replace(month=7))
    assert logs(workspace) == INTACT


@pytest.mark.parametrize("is_first_altered", [False, True])
def test_a_log_that_was_ever_read_otherwise_stays_altered(
    tmp_path: Path, *, is_first_altered: bool
) -> None:
    files = three_hours().files
    altered = {log_key(0, "a"): packed(log(0, "a", actor="nobody"))}
    genuine = {log_key(0, "a"): files[log_key(0, "a")]}
    deliveries = [files | altered, genuine] if is_first_altered else [files, altered]
    workspace = scanned(tmp_path, *deliveries)
    assert logs(workspace) == INTACT | {"a": "altered"}


def test_logs_are_known_by_their_names_wherever_they_lie(tmp_path: Path) -> None:
    bucket = three_hours()
    files = {name: content for name, content in bucket.files.items() if name not in bucket.logs}
    flat = {key.rpartition("/")[2]: packed(text) for key, text in bucket.logs.items()}
    unpacked = {f"x/y/{key.rpartition('/')[2][:-3]}": text for key, text in bucket.logs.items()}
    assert logs(scanned(tmp_path / "flat", files | flat)) == INTACT
    assert logs(scanned(tmp_path / "unpacked", files | unpacked)) == INTACT


def test_a_log_that_was_touched_is_intact(tmp_path: Path) -> None:
    files = three_hours().files
    workspace = scanned(tmp_path, files)
    for name in (*files,):
        os.utime(workspace.paths.landing / FOLDER / name, (1, 1))
    run_with(workspace, [{}], CLOCK.replace(month=7))
    assert logs(workspace) == INTACT
    assert digests(workspace) == WHOLE
    assert faults(workspace) == []


def test_a_log_that_went_on_is_altered(tmp_path: Path) -> None:
    bucket = three_hours()
    name = log_key(0, "a").removesuffix(".gz")
    files = bucket.files | {name: bucket.logs[log_key(0, "a")]}
    del files[log_key(0, "a")]
    workspace = scanned(tmp_path, files, {name: files[name] + b"\n" + log(0, "x")})
    assert logs(workspace) == INTACT | {"a": "altered"}


@pytest.mark.parametrize("cut", [1, 60, -40, -1])
def test_a_log_that_was_still_being_copied(tmp_path: Path, cut: int) -> None:
    bucket = three_hours()
    name = log_key(0, "a").removesuffix(".gz")
    text = json.loads(bucket.logs[log_key(0, "a")])
    text["Records"] += [text["Records"][0] | {"eventID": "second"}]
    content = json.dumps(text).encode()
    bucket = Bucket()
    bucket.logs = {name: content}
    bucket.digests = [make_digest(0, {log_key(0, "a"): content})]
    files = {key: value for key, value in bucket.files.items() if key not in bucket.logs}
    workspace = scanned(tmp_path, files | {name: content[:cut]})
    assert logs(workspace) == {"a": "altered"}
    land(workspace, {name: content})
    run_with(workspace, [{}], CLOCK.replace(month=7))
    assert logs(workspace) == {"a": "intact"}
    assert faults(workspace) == []


def test_a_packed_log_that_was_still_being_copied(tmp_path: Path) -> None:
    files = three_hours().files
    part = {log_key(0, "a"): files[log_key(0, "a")][:-20]}
    workspace = scanned(tmp_path, files | part)
    assert logs(workspace) == INTACT | {"a": "altered"}
    run_with(workspace, [files], CLOCK.replace(month=7))
    assert logs(workspace) == INTACT


def test_line_breaks_around_a_digest_and_a_log_are_part_of_them(tmp_path: Path) -> None:
    content = b" " + log(0) + b"\r\n\n"
    digest = make_digest(0, {log_key(0): content})
    spaced = make_digest(1, {}, digest)
    files = {log_key(0): packed(content), digest.key: packed(digest.content)}
    files |= {spaced.key: packed(spaced.content + b"\n"), "keys.json": public_keys("aws")}
    workspace = scanned(tmp_path, files)
    assert logs(workspace) == {"a": "intact"}
    files = {f"{spaced.key}.signature": spaced.signature.encode()}
    run_with(workspace, [files], CLOCK.replace(month=7))
    assert digests(workspace) == [("valid", "starts"), ("invalid", "ok")]


def test_no_byte_of_a_digest_can_be_changed(tmp_path: Path) -> None:
    bucket = three_hours()
    genuine = bucket.digests[0]
    copies = {
        f"copy/{place}.json": genuine.content[:place]
        + bytes((genuine.content[place] ^ 1,))
        + genuine.content[place + 1 :]
        for place in range(len(genuine.content))
    }
    workspace = scanned(tmp_path, bucket.files | copies)
    found = asked(
        workspace,
        "select signature_status, count(*) from audit.log_digest "
        "where source_file like '%/copy/%' group by all",
    )
    # The rest is no JSON, names no key that is known or is no digest any more.
    assert found
    assert {status for status, _ in found} <= {"invalid", "unverifiable"}
    assert ("valid", 3) in asked(
        workspace, "select signature_status, count(*) from audit.log_digest group by all"
    )
    # Places that a changed digest made up are listed by it alone, which proves nothing.
    assert asked(
        workspace,
        "select status, signature_status, count(*) from audit.log_file_integrity "
        "where status = 'intact' or signature_status = 'valid' group by all",
    ) == [("intact", "valid", 3)]
    assert faults(workspace) == []


def test_no_byte_of_a_log_can_be_changed(tmp_path: Path) -> None:
    names = [f"log{chr(97 + place // 26)}{chr(97 + place % 26)}" for place in range(26 * 17)]
    bucket = Bucket()
    bucket.pass_hour(*names)
    bucket.pass_hour()
    for place, (name, content) in enumerate(bucket.logs.items()):
        at = place % len(content)
        bucket.logs[name] = content[:at] + bytes((content[at] ^ 1,)) + content[at + 1 :]
    assert max(map(len, bucket.logs.values())) <= len(names)
    workspace = scanned(tmp_path, bucket.files)
    assert {*logs(workspace).values()} == {"altered"}
    assert len(logs(workspace)) == len(names)
