"""Copies: what comes back is what went in, whatever it was, and nothing else ever comes back."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.disposal.archives.archive import Archive, Copy, copy_name
from lineage_pipeline.disposal.archives.packing import SpoiledError, packed, unpacked
from lineage_pipeline.disposal.stores.local import LocalFolder
from lineage_pipeline.disposal.stores.store import LeftError, content_digest

CONTENT = st.one_of(
    st.binary(max_size=5000), st.binary(min_size=1, max_size=9).map(lambda some: some * 70_000)
)


def copy_of(content: bytes) -> Copy:
    digest = sha256(content).hexdigest()
    return Copy(
        place="a", version="", size_bytes=len(content), sha256=digest,
        stored_as=copy_name(digest, "0" * 16),
    )  # fmt: skip


def chunks(content: bytes, size: int) -> list[bytes]:
    return [content[at : at + size] for at in range(0, len(content), size)]


@given(content=CONTENT, size=st.integers(1, 9000), modified_ns=st.integers(0, 1 << 62))
def test_what_is_archived_and_restored_is_the_same(
    content: bytes, size: int, modified_ns: int
) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "archive").mkdir()
        archive, store = Archive("x", LocalFolder(root / "archive")), LocalFolder(root)
        copy = copy_of(content)
        archive.put(copy.stored_as, chunks(content, size))
        stored = archive.measured(copy)
        [file] = [file for file in (root / "archive").rglob("*") if file.is_file()]
        assert stored == (file.stat().st_size, sha256(file.read_bytes()).hexdigest())
        store.put("deep/a", archive.content(copy), modified_ns)
        [piece] = store.pieces("deep/a")
        assert (root / "deep" / "a").read_bytes() == content
        assert content_digest(store, piece) == copy.sha256
        assert piece.version == f"{modified_ns:x}"
        archive.delete(copy.stored_as)
        assert not any(file.is_file() for file in (root / "archive").rglob("*"))


@given(content=CONTENT, data=st.data())
def test_no_change_of_a_stored_copy_passes(content: bytes, data: st.DataObject) -> None:
    stored = b"".join(packed([content]))
    at = data.draw(st.integers(0, len(stored) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "more", "another"]))
    spoiled = {
        "cut": stored[:at],
        "flip": stored[:at] + bytes([stored[at] ^ 1 << data.draw(st.integers(0, 7))])
        + stored[at + 1 :],
        "more": stored + data.draw(st.binary(min_size=1, max_size=2000)),
        "another": b"".join(packed([content + b"x"])),
    }[kind]  # fmt: skip
    with TemporaryDirectory() as folder:
        archive = Archive("x", LocalFolder(Path(folder)))
        copy = copy_of(content)
        file = Path(folder) / copy.stored_as[:2] / copy.stored_as
        file.parent.mkdir()
        file.write_bytes(spoiled)
        try:
            found = b"".join(archive.content(copy))
        except SpoiledError:
            return
        # A flag of the frame may say the same in another way; then the bytes are the same.
        assert kind == "flip"
        assert found == content


@given(content=CONTENT, size=st.integers(1, 3000))
def test_no_more_comes_out_than_went_in(content: bytes, size: int) -> None:
    stored = b"".join(packed([content, content, b"x"]))
    made: list[int] = []
    with pytest.raises(SpoiledError, match="more than the"):
        made.extend(map(len, unpacked(chunks(stored, size), len(content))))
    assert sum(made) <= len(content)


def test_a_bomb_is_stopped_before_it_is_held() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 30))
    assert len(bomb) < 1 << 16
    with pytest.raises(SpoiledError, match="more than the 10 bytes"):
        list(unpacked([bomb], 10))
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27)
    )
    with pytest.raises(SpoiledError, match="cannot be decompressed"):
        list(unpacked([wide.compress(bytes(1 << 28))], 1 << 28))


@pytest.mark.parametrize(
    "name", ["", "..", "a", "../a", "/etc/passwd", "0" * 64, "a" * 64 + ".zst"]
)
def test_what_is_no_name_of_a_copy_is_refused(tmp_path: Path, name: str) -> None:
    archive = Archive("x", LocalFolder(tmp_path))
    for ask in (archive.pieces, archive.delete, lambda one: archive.put(one, [b""])):
        with pytest.raises(LeftError, match="is no name of a copy"):
            ask(name)


@pytest.mark.parametrize("there", ["a file", "a link", "a folder", "a linked folder"])
def test_nothing_is_put_where_something_lies(tmp_path: Path, there: str) -> None:
    out, root = tmp_path / "out", tmp_path / "in"
    out.mkdir()
    root.mkdir()
    place = "a/b"
    if there == "a linked folder":
        (root / "a").symlink_to(out)
    else:
        (root / "a").mkdir()
        if there == "a file":
            (root / "a" / "b").write_text("others")
        elif there == "a link":
            (root / "a" / "b").symlink_to(out / "c")
        else:
            (root / "a" / "b").mkdir()
    with pytest.raises(LeftError):
        LocalFolder(root).put(place, [b"mine"])
    assert list(out.iterdir()) == []
    assert [file.name for file in (root / "a").iterdir()] == (
        [] if there[2:] == "linked folder" else ["b"]
    )


def test_what_was_begun_to_be_put_is_gone_where_it_failed(tmp_path: Path) -> None:
    def broken() -> object:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LocalFolder(tmp_path).put("a", broken())
    assert list(tmp_path.iterdir()) == []
