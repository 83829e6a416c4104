"""A listing that comes page by page, read until nothing can have been missed.

A page's token says how many entries come before it, so an entry that is deleted while pages are
read moves another one from the next page to the one already read: it would seem deleted too. A
listing of several pages is therefore read until a reading names all that the one before it named,
and that last one counts. What it could still miss is an entry that stood, in both readings, behind
another one that was made and deleted again while pages were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from lineage_pipeline.errors import RegistryError
from lineage_pipeline.registry.client import AnswerTooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.registry.poll import Poll

READINGS: Final = 5
"""How often a listing is read that changes meanwhile."""
MAX_PAGES: Final = 100_000


class Page(NamedTuple):
    """One page.

    Attributes:
        data: its bytes.
        names: what identifies its entries.
        token: what to ask for the next with; empty on the last.
    """

    data: bytes
    names: tuple[str, ...]
    token: str


class Ask(Protocol):
    """How one page is asked for."""

    def __call__(self, token: str, size: int) -> Page:
        """Return the page that a token leads to, with up to so many entries."""


def keep_listing(poll: Poll, name: str, asks: Sequence[Ask], size: int) -> list[str]:
    """Return what identifies the entries of a listing, whose pages are files of the poll now.

    Args:
        poll: where they are kept, as `NAME-000001.json` and so on.
        name: what files are called.
        asks: the listing's parts, each with pages of its own.
        size: how many entries a page may have; fewer where an answer would be too long.

    Raises:
        RegistryError: it cannot be read, or changed whenever it was.
    """
    before: set[str] | None = None
    files: list[str] = []
    for _ in range(READINGS):
        for file in files:
            poll.drop(file)
        files, names = _read(poll, name, asks, size)
        if len(files) <= len(asks) or (before is not None and before <= names):
            return sorted(names)
        before = names
    raise RegistryError(
        f"{name}: entries were deleted each of {READINGS} times that it was read; ask again later"
    )


def _read(poll: Poll, name: str, asks: Sequence[Ask], size: int) -> tuple[list[str], set[str]]:
    """Return the files of one reading, and what identifies the entries in them."""
    files: list[str] = []
    names: set[str] = set()
    for page in _pages(asks, size):
        files.append(f"{name}-{len(files) + 1:06d}.json")
        poll.write(files[-1], page.data)
        names.update(page.names)
    return files, names


def _pages(asks: Sequence[Ask], size: int) -> Iterator[Page]:
    for ask in asks:
        token, seen = "", {""}
        while True:
            page, size = _page(ask, token, size)
            yield page
            token = page.token
            if not token:
                break
            if token in seen or len(seen) > MAX_PAGES:
                raise RegistryError("a listing has no end: its pages lead back, or are too many")
            seen.add(token)


def _page(ask: Ask, token: str, size: int) -> tuple[Page, int]:
    """Return a page and how many entries it was asked for with."""
    while True:
        try:
            return ask(token, size), size
        except AnswerTooLargeError:
            if size == 1:
                raise
            size //= 2
