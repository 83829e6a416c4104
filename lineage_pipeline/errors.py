"""The error tree of the library.

    LineageError
    ├── ConfigError      settings, policy or a command's arguments are wrong
    │   ├── UnknownNodeError   a node identifier that no table knows
    │   ├── UnknownFieldError  a field that its node was never stated to have
    │   ├── UnknownRunError    a run that no event has named
    │   ├── UnknownVersionError  a version that no run was told to have written
    │   └── SigningKeyError    the key of the trail is lost, another one or open to others
    ├── SqlFileError     a file under sql/ has a bad header or does not run
    ├── StorageError     the lake cannot be written
    │   └── DurabilityError    whether something is on disk is not known
    ├── WorkerDiedError  a process of the scan was killed
    ├── AnchorError      a place that keeps checkpoints elsewhere does not answer as it should
    ├── RegistryError    a registry cannot be reached, or does not answer as it should
    ├── BusyError        another process is writing to the workspace
    └── IntegrityError   kept evidence does not agree with itself
        ├── ProofError         a proof does not show what it is said to show
        ├── NoteError          a signed text is malformed, or not signed by a known key
        ├── TokenError         a deploy token that allows nothing here and now
        └── TileError          a file of the trail is missing, short or altered

A rejected record is not an error: it is a row in `quality.quarantine`.
"""

from __future__ import annotations

import re
from typing import Final

_OUT_OF_ROOM: Final = re.compile(
    r"No space left on device|Disk quota exceeded|File too large|not enough (disk )?space",
    re.IGNORECASE,
)


class LineageError(Exception):
    """The root of every error that the library raises on purpose.

    Attributes:
        exit_code: what the command line returns for it.
    """

    exit_code = 2


class ConfigError(LineageError):
    """Settings, policy or arguments that cannot be used as they stand."""


class UnknownNodeError(ConfigError):
    """A node identifier that neither `lineage.node` nor `lineage.alias` holds."""

    def __init__(self, node: str, nearest: tuple[str, ...] = ()) -> None:
        """Keep the node asked for and the nearest ones that exist."""
        self.node = node
        self.nearest = nearest
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(
            f"{node}: no such node in the warehouse.{hint} "
            f"Search with `lineage node PATTERN`, for example `lineage node '%credit%'`."
        )


class UnknownFieldError(ConfigError):
    """A field that a node was never stated to have."""

    def __init__(self, node: str, field: str, nearest: tuple[str, ...] = ()) -> None:
        """Keep the node, the field asked for and the nearest ones that exist."""
        self.node = node
        self.field = field
        self.nearest = nearest
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(
            f"{node}: no event has stated a field {field!r}.{hint} "
            f"`lineage sql` on lineage.dataset_field lists what is known"
        )


class UnknownRunError(ConfigError):
    """A run that no event has named."""

    def __init__(self, run: str) -> None:
        """Keep the run asked for."""
        self.run = run
        super().__init__(
            f"{run}: no such run in the warehouse. "
            f'`lineage sql "from lineage.run where job_node_id = …"` lists those of a job'
        )


class UnknownVersionError(ConfigError):
    """A version of a node that no run was told to have written."""

    def __init__(self, node: str, version: str, nearest: tuple[str, ...] = ()) -> None:
        """Keep the node, the version asked for and the nearest ones that exist."""
        self.node = node
        self.version = version
        self.nearest = nearest
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(
            f"{node}: no run is known to have written a version {version!r}.{hint} "
            f"`lineage sql` on lineage.dataset_version lists what is known"
        )


class SigningKeyError(ConfigError):
    """A key of the trail that is lost, that is another log's, or that others can read."""


class StorageError(LineageError):
    """The lake cannot be written: no space, no rights, a broken disk. Nothing of it is visible."""

    def __init__(self, file: object, reason: str) -> None:
        """Keep which file could not be written and why."""
        self.file = str(file)
        self.reason = reason
        super().__init__(
            f"{file}: cannot be written: {reason}; nothing of what was begun is visible. "
            f"Make room or grant the rights, then run it again"
        )

    def __reduce__(self) -> tuple[type[StorageError], tuple[str, str]]:
        """Return what makes the same error in another process."""
        return StorageError, (self.file, self.reason)


class DurabilityError(StorageError):
    """Whether something that was written is on disk is not known. Its writer writes nothing more.

    After a failed `fsync` a second one may succeed although what it speaks of was dropped.
    """

    def __init__(self, file: object, reason: str) -> None:
        """Keep which file or folder it is and why."""
        super().__init__(file, reason)
        said = (
            f"{file}: may not be on disk: {reason}; nothing more is written. Check the disk, then"
        )
        self.args = (f"{said} start again: what was not finished is found and made good",)

    def __reduce__(self) -> tuple[type[DurabilityError], tuple[str, str]]:
        """Return what makes the same error in another process."""
        return DurabilityError, (self.file, self.reason)


def is_out_of_room(error: BaseException) -> bool:
    """Whether an engine's error says that a disk is full, a quota used up or a file at its limit.

    Engines report it as text alone.
    """
    return _OUT_OF_ROOM.search(str(error)) is not None


class WorkerDiedError(LineageError):
    """A process of the scan ended before its work was done. Nothing of the scan is visible."""

    def __init__(self, code: int) -> None:
        """Keep how it ended: the code, or less than 0 the signal."""
        super().__init__(
            f"a process of the scan ended with {code}, killed perhaps for want of memory; nothing "
            f"of this scan was kept. Run it again when there is room"
        )


class SqlFileError(LineageError):
    """A file under sql/ whose header or statement is wrong."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        """Keep the file, what is wrong in it and what to do."""
        self.file = file
        self.problem = problem
        super().__init__(f"{file}: {problem}; {remedy}")


class BusyError(LineageError):
    """Another process holds the workspace's write lock."""


class AnchorError(LineageError):
    """A place that keeps checkpoints elsewhere cannot be reached, or takes none."""

    exit_code = 1


class RegistryError(LineageError):
    """A registry that cannot be reached, or whose answers are not those of a registry."""

    exit_code = 1


class IntegrityError(LineageError):
    """Evidence that does not agree with itself: digests, counts or proofs."""

    exit_code = 3


class ProofError(IntegrityError):
    """A proof that does not show what it is said to show."""


class NoteError(IntegrityError):
    """A signed text that is malformed, or that no known key has signed."""


class TokenError(IntegrityError):
    """A deploy token that is malformed, forged, out of date, or for something else."""


class TileError(IntegrityError):
    """A file of the trail that is missing, short or altered."""

    def __init__(self, path: str, problem: str) -> None:
        """Keep which file below the trail's folder it is and what is wrong with it."""
        self.path = path
        self.problem = problem
        super().__init__(
            f"{path}: {problem}; restore the file from a copy, and find out who could write here"
        )

    def __reduce__(self) -> tuple[type[TileError], tuple[str, str]]:
        """Return what makes the same error in another process."""
        return TileError, (self.path, self.problem)
