"""Seeded identity: every id, digest and draw of the story follows from its name alone."""

import hashlib
import random
import uuid
from datetime import datetime

SEED = "northwind-lending/2026"
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "story.northwind-lending.example.org")


def digest(*parts: object) -> str:
    """The SHA-256 of the seed and the parts, in hexadecimal."""
    return hashlib.sha256("\x1f".join([SEED, *map(str, parts)]).encode()).hexdigest()


def draw(*parts: object) -> random.Random:
    """A random source of its own for the parts, so that one draw never shifts another."""
    return random.Random(digest(*parts))  # a made story, not a secret


def name_id(*parts: object) -> str:
    """A version 5 UUID of the parts."""
    return str(uuid.uuid5(_SPACE, "\x1f".join(map(str, parts))))


def run_id(at: datetime, *parts: object) -> str:
    """A UUID shaped as version 7: the milliseconds of `at`, then bits drawn from the parts."""
    tail = int(digest("run", at.isoformat(), *parts)[:19], 16)
    milliseconds = int(at.timestamp() * 1000)
    value = milliseconds << 80 | 7 << 76 | (tail & 0xFFF) << 64 | 2 << 62 | tail >> 14
    return str(uuid.UUID(int=value))


def git_sha(*parts: object) -> str:
    """Forty hexadecimal digits in the form of a git commit."""
    return digest("git", *parts)[:40]


def hex_id(length: int, *parts: object) -> str:
    """The first `length` hexadecimal digits of the digest of the parts."""
    return digest(*parts)[:length]
