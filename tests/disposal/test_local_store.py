"""Objects in a folder: all files of a name go, and no name leads out of the folder."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.disposal.stores.store import LeftError, content_digest

PART = st.sampled_from(["a", "b", "ab", "a.b", ".a", "A"])
PATH = st.lists(PART, min_size=1, max_size=3).map("/".join)


def delete_all(store: LocalFolder, name: str) -> None:
    for piece in store.pieces(name):
        store.delete(piece)
    store.clear(name)


def files(root: Path) -> set[str]:
    return {file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file()}


@given(written=st.sets(PATH, max_size=8), name=PATH)
def test_exactly_the_files_of_a_name_go(written: set[str], name: str) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for path in sorted(written, key=len, reverse=True):
            file = root / path
            if not file.exists():
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(path)
        there = files(root)
        its = {path for path in there if path == name or path.startswith(f"{name}/")}
        store = LocalFolder(root)
        assert {piece.place for piece in store.pieces(name)} == its
        delete_all(store, name)
        assert files(root) == there - its
        assert store.pieces(name) == []
        assert not (root / name).exists()


@pytest.mark.parametrize("name", ["..", "../out", "a/../../out", "/", "", ".", "a\0b"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").write_text("others")
    (tmp_path / "in").mkdir()
    with pytest.raises(LeftError, match="is no name of a file below the folder"):
        LocalFolder(tmp_path / "in").pieces(name)


@pytest.mark.parametrize("link", ["a", "a/b", "a/b/c"])
def test_no_link_is_followed(tmp_path: Path, link: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "c").write_text("others")
    root = tmp_path / "in"
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(out / "c" if link == "a/b/c" else out)
    store = LocalFolder(root)
    with pytest.raises(LeftError):
        store.pieces("a/b/c")
    with pytest.raises(LeftError):
        store.pieces("a")
    store.clear("a")
    assert (out / "c").exists()


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(LeftError, match="is neither file nor folder"):
        LocalFolder(tmp_path).pieces("a")


def test_another_file_in_the_place_of_a_planned_one_is_left(tmp_path: Path) -> None:
    store = LocalFolder(tmp_path)
    (tmp_path / "a").write_text("rows")
    [piece] = store.pieces("a")
    (tmp_path / "b").write_text("more")
    os.utime(tmp_path / "b", ns=(0, 0))
    (tmp_path / "b").rename(tmp_path / "a")
    with pytest.raises(LeftError, match="is another file than the one that was planned"):
        store.delete(piece)
    with pytest.raises(LeftError, match="is another file"):
        content_digest(store, piece)
    (tmp_path / "a").unlink()
    store.delete(piece)
    with pytest.raises(LeftError, match="a: No such file"):
        content_digest(store, piece)
