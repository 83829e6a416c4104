"""One Delta table of the lake: its active files, and commits that happen once.

Parquet is written by whoever makes the rows; a commit only registers it. The log gets row counts
and sizes, never minima or maxima: `_delta_log` outlives a vacuum, so no value may reach it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lineage_pipeline.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties
    from deltalake.transaction import AddAction, RemoveAction

TRANSACTION_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class DataFile:
    """A Parquet file to register: its name below the table's folder, its rows, its bytes."""

    name: str
    row_count: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A Delta table by its folder; it need not exist yet."""

    folder: Path

    @property
    def exists(self) -> bool:
        """Whether the table has been created."""
        return any((self.folder / "_delta_log").glob("*.json"))

    def files(self) -> list[str]:
        """Return the absolute paths of the active Parquet files, sorted."""
        if not self.exists:
            return []
        names = self._open().get_add_actions(flatten=True)["path"].to_pylist()
        return sorted(str(self.folder / unquote(name)) for name in names)

    def data_files(self) -> list[DataFile]:
        """Return the active files with their rows and bytes, by name, from the log alone."""
        if not self.exists:
            return []
        adds = self._open().get_add_actions(flatten=True)
        columns = (adds[name].to_pylist() for name in ("path", "num_records", "size_bytes"))
        return sorted(
            (DataFile(unquote(name), *sizes) for name, *sizes in zip(*columns, strict=True)),
            key=lambda file: file.name,
        )

    def _open(self) -> DeltaTable:
        from deltalake import DeltaTable

        # As a URI: Delta takes a plain path for one, and a space or a `%` in it for escapes.
        return DeltaTable(self.folder.resolve().as_uri())

    def size(self) -> tuple[int, int]:
        """Return the rows and the bytes of the active files, from the log alone."""
        if not self.exists:
            return 0, 0
        adds = self._open().get_add_actions(flatten=True)
        return sum(adds["num_records"].to_pylist()), sum(adds["size_bytes"].to_pylist())

    def has(self, transaction: str) -> bool:
        """Whether `transaction` has been committed to the table."""
        return self.exists and self._open().transaction_version(transaction) is not None

    def commit_files(self, transaction: str) -> list[Path]:
        """Return the files of the log that the commit of a transaction wrote; none without one.

        The newest commits are looked at first: a transaction that is asked for was just committed.
        """
        told = f'"appId":"{transaction}"'
        for commit in sorted((self.folder / "_delta_log").glob("*.json"), reverse=True):
            if told in commit.read_text(encoding="utf-8"):
                beside = [commit.with_suffix(".checkpoint.parquet")]
                if beside[0].exists():
                    beside.append(commit.with_name("_last_checkpoint"))
                return [commit, *(file for file in beside if file.exists())]
        return []

    def append(
        self, files: Iterable[DataFile], schema: pa.Schema, transaction: str, modified_ms: int
    ) -> bool:
        """Add files to the table in one commit, unless `transaction` has done so before.

        Args:
            files: Parquet files that lie in the table's folder.
            schema: the table's columns, used to create it.
            transaction: the application transaction id: what makes the commit happen once.
            modified_ms: the commit's time for the files, milliseconds since the epoch.

        Returns:
            Whether something was committed.
        """
        actions = [_add(file, modified_ms) for file in files]
        if not self.exists:
            self._create(actions, schema, transaction)
            return True
        table = self._open()
        if table.transaction_version(transaction) is not None:
            return False
        table.create_write_transaction(
            actions=[*actions],
            mode="append",
            schema=schema,
            commit_properties=_once(transaction),
            post_commithook_properties=_keeping_commits(),
        )
        return True

    def _create(self, actions: list[AddAction], schema: pa.Schema, transaction: str) -> None:
        """Make the table with its first files, in one commit."""
        from deltalake import Schema
        from deltalake.transaction import create_table_with_add_actions

        self.folder.mkdir(parents=True, exist_ok=True)
        create_table_with_add_actions(
            self.folder.resolve().as_uri(),
            Schema.from_arrow(schema),
            actions,
            mode="error",
            commit_properties=_once(transaction),
        )

    def replace(
        self,
        removed: Collection[DataFile],
        added: Iterable[DataFile],
        schema: pa.Schema,
        transaction: str,
        modified_ms: int,
    ) -> None:
        """Put files in the place of others that hold the same rows, in one commit.

        The files that are removed from the table stay on disk, for readers that have them open.

        Args:
            removed: active files.
            added: Parquet files that lie in the table's folder.
            schema: the table's columns.
            transaction: the application transaction id.
            modified_ms: the commit's time, milliseconds since the epoch.

        Raises:
            IntegrityError: a file to be removed is not active.
        """
        table = self._open()
        active = {unquote(name) for name in table.get_add_actions(flatten=True)["path"].to_pylist()}
        if gone := sorted({file.name for file in removed} - active):
            raise IntegrityError(
                f"{self.folder}: {gone[0]} was to be replaced and is no longer part of the table; "
                f"another process has changed it: run it again"
            )
        table.create_write_transaction(
            actions=[
                *(_add(file, modified_ms, is_new_data=False) for file in added),
                *(_remove(file, modified_ms) for file in removed),
            ],
            mode="append",
            schema=schema,
            commit_properties=_once(transaction),
            post_commithook_properties=_keeping_commits(),
        )

    def clear(self) -> None:
        """Remove every file and transaction of the table: what is derived can be derived again."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _add(file: DataFile, modified_ms: int, *, is_new_data: bool = True) -> AddAction:
    from deltalake.transaction import AddAction

    stats = json.dumps({"numRecords": file.row_count})
    return AddAction(file.name, file.file_bytes, {}, modified_ms, is_new_data, stats)


def _remove(file: DataFile, modified_ms: int) -> RemoveAction:
    from deltalake.transaction import RemoveAction

    return RemoveAction(file.name, False, modified_ms, file.file_bytes, {})  # noqa: FBT003


def _once(transaction: str) -> CommitProperties:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(app_transactions=[Transaction(transaction, TRANSACTION_VERSION)])


def _keeping_commits() -> PostCommitHookProperties:
    """Return that commits stay: Delta would remove old ones by itself, and they are sealed."""
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(cleanup_expired_logs=False)
