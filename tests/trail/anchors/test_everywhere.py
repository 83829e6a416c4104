"""All anchors in turn: none hides another, and each says what it has seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lineage_pipeline.errors import ConfigError, IntegrityError
from lineage_pipeline.settings.anchors import (
    DirectoryAnchor,
    GitAnchor,
    S3Anchor,
    TimestampAnchor,
)
from lineage_pipeline.trail.anchors.everywhere import anchor_everywhere, compare_everywhere
from tests.trail.anchors.trails import (
    NOW,
    Told,
    anchored,
    compared,
    grown,
    set_back,
    trail_at,
)
from tests.trail.logs import KEY, OTHER, files_of

if TYPE_CHECKING:
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from lineage_pipeline.trail.anchors.everywhere import Trail
    from tests.trail.anchors.authority import Authority


@pytest.fixture
def folder(tmp_path: Path) -> DirectoryAnchor:
    """Return a folder that takes checkpoints."""
    (tmp_path / "other").mkdir()
    return DirectoryAnchor(str(tmp_path / "other"))


def test_every_kind_is_asked_in_the_order_of_the_settings(
    trail: Trail, folder: DirectoryAnchor, authority: Authority, store: S3Client
) -> None:
    store.create_bucket(Bucket="everywhere", ObjectLockEnabledForBucket=True)
    anchors = (
        TimestampAnchor(authority.url, str(authority.root)),
        S3Anchor("everywhere"),
        GitAnchor("../missing.git"),
        folder,
    )
    told = anchor_everywhere(trail, anchors, NOW)
    assert [row.anchor.split()[0] for row in told] == ["timestamp", "s3", "git", "directory"]
    assert [row.status for row in told] == ["anchored", "anchored", "unreachable", "anchored"]
    grown(trail)
    assert [told.size for told in anchored(trail, *anchors)] == [8, 8, None, 8]
    assert [told.status for told in compared(trail, *anchors)] == [
        *["consistent"] * 4, "unreachable", *["consistent"] * 2,
    ]  # fmt: skip
    set_back(trail, 7)
    assert [row.anchor.split()[0] for row in compare_everywhere(trail, anchors)
            if row.status == "disagrees"] == ["s3", "directory"]  # fmt: skip


def test_an_anchor_that_disagrees_keeps_nothing_from_the_others(
    trail: Trail, folder: DirectoryAnchor, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / "5").write_text("nonsense")
    assert anchored(trail, DirectoryAnchor(str(second)), folder) == [
        Told(5, "disagrees"),
        Told(7, "anchored"),
    ]


def test_comparing_changes_neither_the_log_nor_the_anchors(
    trail: Trail, folder: DirectoryAnchor, tmp_path: Path
) -> None:
    anchored(trail, folder)
    before = files_of(tmp_path)
    compared(trail, folder)
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("damage", ["entry", "checkpoint", "gone", "key"])
def test_a_log_that_does_not_hold_is_not_anchored(
    trail: Trail, folder: DirectoryAnchor, tmp_path: Path, damage: str
) -> None:
    if damage == "entry":
        file = trail.root / "tile/entries/000.p/7"
        file.write_bytes(file.read_bytes().replace(b"entry 5", b"entry 6"))
    elif damage == "checkpoint":
        file = trail.root / "checkpoint"
        file.write_bytes(file.read_bytes().replace(b"\n7\n", b"\n8\n"))
    elif damage == "gone":
        (trail.root / "checkpoint").unlink()
    else:
        trail = trail._replace(pinned=OTHER.key)
    with pytest.raises(IntegrityError):
        anchor_everywhere(trail, [folder], NOW)
    assert not list((tmp_path / "other").iterdir())


def test_a_folder_in_the_workspace_is_no_anchor(trail: Trail, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(trail.workspace)
    for path in ("kept", ".", str(trail.root / "kept"), str(tmp_path / "link" / "kept")):
        with pytest.raises(ConfigError, match="lies in the workspace"):
            anchor_everywhere(trail, [DirectoryAnchor(path)], NOW)
        with pytest.raises(ConfigError, match="lies in the workspace"):
            compare_everywhere(trail, [DirectoryAnchor(path)])


def test_two_authorities_do_not_share_a_folder(trail: Trail) -> None:
    anchors = [TimestampAnchor(f"http://{name}/", "r.pem") for name in ("a", "b")]
    with pytest.raises(ConfigError, match='folder = "second"'):
        compare_everywhere(trail, anchors)


def test_a_log_of_no_entries_can_be_anchored(tmp_path: Path, folder: DirectoryAnchor) -> None:
    trail = trail_at(tmp_path / "workspace")
    from lineage_pipeline.trail.log import Log

    Log(trail.root, KEY).append([])
    assert anchored(trail, folder) == [Told(0, "anchored")]
    grown(trail)
    assert anchored(trail, folder) == [Told(1, "anchored")]
    assert compared(trail, folder) == [Told(0, "consistent"), Told(1, "consistent")]
