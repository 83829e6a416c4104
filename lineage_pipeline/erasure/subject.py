"""The person whose data is asked for: identifiers that are never kept, and a handle that is.

The handle is a keyed digest: who has the key of the workspace can tell whether two requests are for
the same identifiers; who has not learns nothing from it, and once the key is gone nobody does.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.trail.disk import Disk

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage_pipeline.paths import WorkspacePaths

KEY_BYTES: Final = 32
SECRET_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
SHORTEST: Final = 5
"""Characters of an identifier: a shorter one is found where somebody else is meant."""
MOST_BYTES: Final = 64 << 10
MOST: Final = 32
PREFIX: Final = "subject:"


class Subject(NamedTuple):
    """A person.

    Attributes:
        identifiers: what they are called by; none of it may be shown or kept.
        handle: stands for exactly these identifiers.
        key: makes digests of what is theirs that nobody can guess from.
    """

    identifiers: tuple[str, ...]
    handle: str
    key: bytes

    def __repr__(self) -> str:
        """Return the handle alone: what is logged or raised never holds an identifier."""
        return f"Subject({self.handle})"


def read_subject(
    stream: BinaryIO,
    paths: WorkspacePaths,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Subject:
    """Return the person whose identifiers a stream holds, one a line.

    Args:
        stream: read to its end, as UTF-8.
        paths: the workspace, whose key makes the handle; it is made if there is none.
        random: returns so many random bytes.

    Raises:
        ConfigError: there is no identifier, or one that is too short, or too many.
        StorageError: the key cannot be kept.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ConfigError(f"standard input holds more than {MOST_BYTES} bytes; name one person")
    try:
        lines = [line.strip() for line in data.decode().splitlines()]
    except UnicodeDecodeError:
        raise ConfigError("standard input is not UTF-8; encode the identifiers so") from None
    found = tuple({line.lower(): line for line in lines if line}.values())
    if not found:
        raise ConfigError(
            "standard input holds no identifier; write those of one person there, one a line"
        )
    if len(found) > MOST:
        raise ConfigError(f"{len(found)} identifiers, more than {MOST}; name one person")
    if short := [number for number, line in enumerate(lines, 1) if 0 < len(line) < SHORTEST]:
        raise ConfigError(
            f"line {short[0]} of standard input is shorter than {SHORTEST} characters, and would "
            f"be found where somebody else is meant; use a longer identifier"
        )
    said = "\n".join(sorted(line.lower() for line in found))
    key = _key(paths, random)
    handle = hmac.digest(key, said.encode(), "sha256").hex()[:32]
    return Subject(found, handle, hmac.digest(key, b"digests of " + handle.encode(), "sha256"))


def _key(paths: WorkspacePaths, random: Callable[[int], bytes]) -> bytes:
    file = paths.subject_key
    disk = Disk(file.parent, FOLDER_MODE)
    kept = disk.read(file.name)
    if kept is None:
        with disk.lock():
            kept = disk.read(file.name)
            if kept is None:
                kept = random(KEY_BYTES)
                disk.put(disk.write_aside(file.name, kept, SECRET_MODE), file.name)
        disk.sync_folders([file.name])
    if len(kept) != KEY_BYTES:
        raise ConfigError(
            f"{file}: is no key of {KEY_BYTES} bytes; restore it from a copy, or remove it: then "
            f"nobody can tell any more for whom earlier requests were"
        )
    return kept
