"""What is listed, what is left out with a reason, and what of it counts as new."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.landing.discover import list_landing, list_paths
from lineage_pipeline.landing.listing import Listing, suffixes_of

SOURCE = "openlineage"
ELSEWHERE = Path("/no/workspace")


def fill(root: Path, *names: str) -> None:
    """Make files of these names below `root`, each as long as its name."""
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x" * len(name), encoding="utf-8")


def landed(root: Path, *sources: str) -> Listing:
    return list_landing(root, root / "landing", sources or (SOURCE,))


def names(listing: Listing) -> list[str]:
    return [file.source_file for file in listing.files]


def reasons(listing: Listing) -> dict[str, str]:
    return {skip.source_file: skip.reason for skip in listing.skipped}


def naive(root: Path, folder: Path, source: str) -> list[tuple[str, int, int]]:
    """Return name, size and time of what should be listed, by the letter of the rules."""
    found = []
    for file in folder.rglob("[!.]*"):
        seen = file.lstat()
        if stat.S_ISREG(seen.st_mode) and file.name.endswith(suffixes_of(source)):
            found.append((str(file.relative_to(root)), seen.st_size, seen.st_mtime_ns))
    return sorted(found)


LABELS = st.sampled_from([
    "a", "b", ".hidden", "é", "a b", "c%20", "line\nbreak", "d.json", "e.ndjson.gz", "f.jsonl.zst",
    "g.log", "h.JSON", "i.json.bz2", ".j.json", "CloudTrail-Digest.json", "ü.json", "*.json",
])  # fmt: skip
PATHS = st.lists(st.lists(LABELS, min_size=1, max_size=4).map("/".join), max_size=8)


@given(paths=PATHS, source=st.sampled_from([SOURCE, "audit/mlflow"]))
@settings(max_examples=80, deadline=None)
def test_a_listing_is_what_a_naive_walk_finds(
    paths: list[str], source: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    folder = root / "landing" / source
    folder.mkdir(parents=True)
    for path in paths:
        file = folder / path
        if not any(parent.is_file() for parent in file.parents) and not file.is_dir():
            fill(folder, path)
    listing = landed(root, source)
    expected = naive(root, folder, source)
    assert [file[2:] for file in listing.files] == expected
    assert all(file.location == str(root / file.source_file) for file in listing.files)
    assert all(file.source == source for file in listing.files)
    everything = [str(file.relative_to(root)) for file in folder.rglob("*") if file.is_file()]
    noted = {skip.source_file for skip in listing.skipped if "a folder" not in skip.reason}
    assert sorted([*names(listing), *noted]) == sorted(everything)
    assert [file[2:] for file in list_paths(root, [str(folder)], source).files] == expected


def test_several_sources_are_one_listing_in_the_order_of_names(tmp_path: Path) -> None:
    fill(tmp_path / "landing", "self/a.json", "openlineage/b.json", "openlineage/a/c.json")
    listing = landed(tmp_path, "self", "openlineage", "governance")
    assert names(listing) == [
        "landing/openlineage/a/c.json",
        "landing/openlineage/b.json",
        "landing/self/a.json",
    ]
    assert [file.source for file in listing.files] == ["openlineage", "openlineage", "self"]


def test_what_is_left_out_has_a_reason(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / SOURCE
    fill(folder, "good.json", ".part.json", "notes.txt", "events.JSON", "day.json/in.json")
    (folder / "link.json").symlink_to(folder / "good.json")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.json").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.json")
    fill(folder, "caf\udce9.json", "caf\udce9/in.json")
    listing = landed(tmp_path)
    assert names(listing) == [f"landing/{SOURCE}/day.json/in.json", f"landing/{SOURCE}/good.json"]
    told = {name.removeprefix(f"landing/{SOURCE}/"): why for name, why in reasons(listing).items()}
    expected = {
        ".part.json": "hidden",
        "caf\\xe9": "the folder's name is not UTF-8",
        "caf\\xe9.json": "its name is not UTF-8",
        "day.json": "a folder named like a file; the files in it are read",
        "events.JSON": "its name ends in none of .json, .json.gz",
        "gone.json": "a symbolic link",
        "link.json": "a symbolic link",
        "loop": "a symbolic link",
        "notes.txt": "its name ends in none of",
        "pipe.json": "not a regular file",
    }
    assert told.keys() == expected.keys()
    assert all(why.startswith(expected[name]) for name, why in told.items()), told


def test_a_log_is_text_and_read_of_mlflow_and_declared_logs_alone(tmp_path: Path) -> None:
    sources = ("audit/mlflow", "audit/generic", "audit/cloudtrail")
    for source in sources:
        fill(tmp_path / "landing" / source, "access.log", "access.log.gz", "access.log.zst")
    listing = landed(tmp_path, *sources)
    assert {file.source for file in listing.files} == {"audit/mlflow", "audit/generic"}
    assert len(listing.files) == 6
    assert all("audit/cloudtrail" in name for name in reasons(listing))


def test_digests_of_cloudtrail_are_read_and_their_signatures_there_alone(tmp_path: Path) -> None:
    name = "1_CloudTrail-Digest_eu-west-1_trail_eu-west-1_20260101T000000Z.json.gz"
    for source in ("audit/cloudtrail", "audit/generic"):
        fill(tmp_path / "landing" / source, name, f"{name}.signature", "other.signature")
    listing = landed(tmp_path, "audit/cloudtrail", "audit/generic")
    assert names(listing) == [
        f"landing/audit/cloudtrail/{name}",
        f"landing/audit/cloudtrail/{name}.signature",
        f"landing/audit/generic/{name}",
    ]
    assert reasons(listing).keys() == {
        "landing/audit/cloudtrail/other.signature",
        f"landing/audit/generic/{name}.signature",
        "landing/audit/generic/other.signature",
    }


def test_a_folder_that_cannot_be_listed_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "landing" / SOURCE, "a.json", "closed/b.json")

    def scandir(place: str) -> Any:
        if place.endswith("closed"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        return listed(place)

    listed = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    listing = landed(tmp_path)
    assert names(listing) == [f"landing/{SOURCE}/a.json"]
    why = "the folder cannot be listed: Permission denied"
    assert reasons(listing) == {f"landing/{SOURCE}/closed": why}


def test_a_file_that_goes_away_meanwhile_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "landing" / SOURCE
    fill(folder, "a.json", "b.json", "c.json")

    def scandir(place: str) -> Any:
        with listed(place) as entries:
            found = list(entries)
        (folder / "b.json").unlink()
        return nullcontext(found)

    listed = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    assert names(landed(tmp_path)) == [f"landing/{SOURCE}/{name}.json" for name in "ac"]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return a folder of logs outside any workspace."""
    folder = tmp_path / "logs"
    fill(folder, "a.json", "b.ndjson.gz", "notes.txt", ".c.json", "2026-01/d.json")
    fill(folder, "2026-01/deep/e.json", "2026-02/f.json", ".cache/g.json", "[odd]/h.json")
    return folder


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.json", ["a.json"]),
        ("./2026-01/../a.json", ["a.json"]),
        (".c.json", [".c.json"]),
        ("2026-01", ["2026-01/d.json", "2026-01/deep/e.json"]),
        ("2026-01/", ["2026-01/d.json", "2026-01/deep/e.json"]),
        ("*.json", ["a.json"]),
        ("?.json", ["a.json"]),
        ("[ab].*", ["a.json", "b.ndjson.gz"]),
        ("2026-*", ["2026-01/d.json", "2026-01/deep/e.json", "2026-02/f.json"]),
        ("2026-*/*.json", ["2026-01/d.json", "2026-02/f.json"]),
        ("2026-*/**/*.json", ["2026-01/d.json", "2026-01/deep/e.json", "2026-02/f.json"]),
        ("**/deep/*", ["2026-01/deep/e.json"]),
        ("*/d.json", ["2026-01/d.json"]),
        (".cache/*", [".cache/g.json"]),
        ("[odd]/h.json", ["[odd]/h.json"]),
        ("[odd]", ["[odd]/h.json"]),
    ],
)
def test_paths_stand_for_files_folders_and_patterns(
    logs: Path, path: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [str(logs / name) for name in expected]
    assert names(list_paths(ELSEWHERE, [f"{logs}/{path}"], SOURCE)) == whole
    monkeypatch.chdir(logs)
    listing = list_paths(ELSEWHERE, [path], SOURCE)
    assert names(listing) == whole
    assert [file.location for file in listing.files] == whole


def test_a_pattern_of_any_depth_finds_all_but_what_is_hidden(logs: Path) -> None:
    found = names(list_paths(ELSEWHERE, [f"{logs}/**"], SOURCE))
    assert found == names(list_paths(ELSEWHERE, [str(logs)], SOURCE))
    deep = names(list_paths(ELSEWHERE, [f"{logs}/**/*.json"], SOURCE))
    hidden = [str(logs / ".cache/g.json"), str(logs / "b.ndjson.gz")]
    assert deep == [name for name in found if name not in hidden]


def test_what_a_pattern_matches_is_skipped_for_the_same_reasons(logs: Path) -> None:
    (logs / "link.json").symlink_to(logs / "a.json")
    told = reasons(list_paths(ELSEWHERE, [f"{logs}/*", f"{logs}/.*"], SOURCE))
    skipped = {Path(name).name: why.split()[0] for name, why in told.items()}
    assert skipped == {".c.json": "hidden,", "link.json": "a", "notes.txt": "its"}


def test_a_file_that_several_paths_stand_for_is_listed_once(logs: Path) -> None:
    paths = [str(logs), f"{logs}/a.json", f"{logs}/*.json", f"{logs}/2026-01/../a.json"]
    found = names(list_paths(ELSEWHERE, paths, SOURCE))
    assert len(found) == len(set(found))
    assert found == names(list_paths(ELSEWHERE, [str(logs)], SOURCE))


def test_links_are_followed_where_they_are_named_and_not_below(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(logs / "2026-01")
    (logs / "2026-01/loop").symlink_to(logs)
    (tmp_path / "one.json").symlink_to(logs / "a.json")
    listing = list_paths(ELSEWHERE, [f"{tmp_path}/link", f"{tmp_path}/one.json"], SOURCE)
    below = [f"{tmp_path}/link/d.json", f"{tmp_path}/link/deep/e.json"]
    assert names(listing) == [*below, f"{tmp_path}/one.json"]
    assert listing.files[-1].size_bytes == (logs / "a.json").stat().st_size
    assert list(reasons(listing)) == [f"{tmp_path}/link/loop"]
    assert all(
        "loop" not in name for name in names(list_paths(ELSEWHERE, [f"{logs}/**/*.json"], SOURCE))
    )


def test_what_lies_in_the_workspace_is_named_as_in_landing(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    fill(root, f"landing/{SOURCE}/a.json", f"landing/{SOURCE}/b/c.json", "top.json")
    (tmp_path / "link").symlink_to(root)
    expected = landed(root)
    for place in (root, tmp_path / "link"):
        for path in (f"landing/{SOURCE}", "landing/*", f"landing/{SOURCE}/**/*.json"):
            listing = list_paths(root, [f"{place}/{path}"], SOURCE)
            assert [file[2:] for file in listing.files] == [file[2:] for file in expected.files]
    assert names(list_paths(root, [f"{root}/top.json"], SOURCE)) == ["top.json"]
    assert names(list_paths(root, [f"{root}/*.json"], SOURCE)) == ["top.json"]
    assert names(list_paths(root, [str(root)], SOURCE)) == [*names(expected), "top.json"]
    assert names(list_paths(tmp_path / "work", [str(root)], SOURCE))[0].startswith(str(root))


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("missing.json", "no such file or folder"),
        ("missing/*.json", "nothing matches"),
        ("*.parquet", "nothing matches"),
        ("notes.txt", "openlineage takes .json, .json.gz, .json.zst, .ndjson"),
        ("pipe", "not a regular file"),
    ],
)
def test_a_path_that_stands_for_nothing_is_an_error_that_names_it(
    logs: Path, path: str, complaint: str
) -> None:
    os.mkfifo(logs / "pipe")
    with pytest.raises(ConfigError) as raised:
        list_paths(ELSEWHERE, [str(logs / "a.json"), str(logs / path)], SOURCE)
    assert str(logs / path) in str(raised.value)
    assert complaint in str(raised.value)


def test_other_schemes_are_refused_without_their_secrets() -> None:
    for path in ("https://u:hunter2@host/a.json", "https://host/a.json?X-Amz-Signature=hunter2"):
        with pytest.raises(ConfigError, match="only local paths and s3://") as raised:
            list_paths(ELSEWHERE, [path], SOURCE)
        assert "hunter2" not in str(raised.value)
        assert "https://host/a.json" in str(raised.value)
