"""The tree as RFC 6962 defines it, word by word: slow, recursive, and on its own."""

from __future__ import annotations

import hashlib


def split(count: int) -> int:
    """Return the largest power of two below `count`."""
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def tree_hash(entries: list[bytes]) -> bytes:
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(len(entries))
    return hashlib.sha256(b"\x01" + tree_hash(entries[:k]) + tree_hash(entries[k:])).digest()


def path(index: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if index < k:
        return [*path(index, entries[:k]), tree_hash(entries[k:])]
    return [*path(index - k, entries[k:]), tree_hash(entries[:k])]


def growth(old_size: int, entries: list[bytes], *, whole: bool = True) -> list[bytes]:
    if old_size == len(entries):
        return [] if whole else [tree_hash(entries)]
    k = split(len(entries))
    if old_size <= k:
        return [*growth(old_size, entries[:k], whole=whole), tree_hash(entries[k:])]
    return [*growth(old_size - k, entries[k:], whole=False), tree_hash(entries[:k])]
