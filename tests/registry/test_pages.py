"""Whatever is deleted or made while pages are read: what was there all along is in the listing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from lineage_pipeline.errors import RegistryError
from lineage_pipeline.registry.client import AnswerTooLargeError
from lineage_pipeline.registry.pages import Page, keep_listing
from lineage_pipeline.registry.poll import Poll

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kept(Poll):
    """Keeps files in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def write(self, name: str, data: bytes) -> None:
        assert name not in self.held
        self.held[name] = data

    def drop(self, name: str) -> None:
        del self.held[name]


class Server:
    """Lists entries by offset, as MLflow does, and changes between two questions."""

    def __init__(self, count: int, changes: Mapping[int, int | None], most: int = 1000) -> None:
        self.entries = [f"e{number}" for number in range(count)]
        self.steady = set(self.entries)
        self._made, self._asked = count, 0
        self._changes, self._most = changes, most

    def __call__(self, token: str, size: int) -> Page:
        if size > self._most:
            raise AnswerTooLargeError("too long")
        self._change()
        start = int(token or 0)
        names = tuple(self.entries[start : start + size])
        more = str(start + size) if len(self.entries) > start + size else ""
        return Page(" ".join(names).encode(), names, more)

    def _change(self) -> None:
        self._asked += 1
        if self._asked not in self._changes:
            return
        place = self._changes[self._asked]
        if place is None:
            self.entries.append(f"e{self._made}")
            self._made += 1
        elif self.entries:
            self.steady.discard(self.entries.pop(place % len(self.entries)))


changes = st.dictionaries(st.integers(1, 30), st.none() | st.integers(0, 20), max_size=12)


@given(count=st.integers(0, 12), size=st.integers(1, 5), changed=changes)
def test_what_was_there_all_along_is_listed(
    count: int, size: int, changed: dict[int, int | None]
) -> None:
    server, kept = Server(count, changed), Kept()
    try:
        names = keep_listing(kept, "x", [server], size)
    except RegistryError:
        return
    assert server.steady <= set(names)
    assert {name for data in kept.held.values() for name in data.decode().split()} == set(names)
    assert list(kept.held) == [f"x-{number:06d}.json" for number in range(1, len(kept.held) + 1)]


@given(count=st.integers(0, 12), most=st.integers(1, 5))
def test_pages_get_smaller_until_they_fit(count: int, most: int) -> None:
    server, kept = Server(count, {}, most), Kept()
    assert set(keep_listing(kept, "x", [server], 64)) == server.steady


def test_a_listing_of_one_page_is_read_once() -> None:
    server, kept = Server(3, {2: 0}), Kept()
    assert keep_listing(kept, "x", [server], 3) == ["e0", "e1", "e2"]
    assert server.entries == ["e0", "e1", "e2"]
