"""The warehouse built: each batch that it has not taken in yet folded into a copy of the last one.

What a batch touches is found first; only those runs, jobs and datasets are folded again. A rebuild
is the same from nothing, batch by batch in the order of their known times.
"""

from __future__ import annotations

import hashlib
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import duckdb
import msgspec
import pyarrow as pa

from lineage_pipeline.engines import connect
from lineage_pipeline.errors import SqlFileError, StorageError, is_out_of_room
from lineage_pipeline.formats.ssh.signing import public_line
from lineage_pipeline.inference import RULES
from lineage_pipeline.schemas import arrow_table
from lineage_pipeline.settings.lineage_toml import settings_digest_source
from lineage_pipeline.warehouse import act_signatures, bronze_views, log_signatures, sql_texts
from lineage_pipeline.warehouse.assessing import assess
from lineage_pipeline.warehouse.comments import comment
from lineage_pipeline.warehouse.handing import (
    hand_settings,
    hand_shipped,
    keep,
    registry_names,
    shipped_data,
)
from lineage_pipeline.warehouse.own_controls import ask_controls
from lineage_pipeline.warehouse.sqlfiles import (
    ASSESSING,
    FOLDED,
    STAGES,
    Stage,
    question,
    stage_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from lineage_pipeline.lake.batches import Batch
    from lineage_pipeline.settings.lineage_toml import Settings
    from lineage_pipeline.trail.notes import VerifierKey
    from lineage_pipeline.warehouse.bronze_views import BronzeFiles
    from lineage_pipeline.warehouse.sqlfiles import SqlFile

NEW_BATCH: Final = pa.schema([("batch_id", pa.string())])
SERVED: Final = ("event", "facet", "audit_event")
"""The bronze tables that the warehouse shows as views instead of holding their rows."""
MAKING: Final[tuple[Stage, ...]] = ("ground", *FOLDED, "lake", *ASSESSING, "auditors")
"""The stages whose files make what is published."""
PUBLISHED: Final[tuple[Stage, ...]] = (
    "silver", "documents", "infer", "graph", "quality", "audit", "registry", "governance",
    "retention", "serve", "assessed", "auditors",
)  # fmt: skip
"""The stages whose headers become comments."""
STORAGE_VERSION: Final = "v1.5.0"
"""Storage that the DuckDB clients in use today can open."""

AUDITED: Final = (
    "audit_event", "log_digest", "log_digest_file", "log_key", "log_signature", "log_whole",
)  # fmt: skip
"""What audit logs and their digests are read into: a batch without them changes nothing there."""


class Builder:
    """A staging copy of the warehouse on its way to being published."""

    def __init__(self, staging: Path, lake: Path, settings: Settings, *, is_copy: bool) -> None:
        """Open what is to be published.

        Args:
            staging: where it is built.
            lake: the folder that its views read from.
            settings: what it is built with.
            is_copy: it holds the warehouse that is published now, built with the same settings and
                SQL files; so its views, macros and comments stand.
        """
        self._staging = staging
        self._lake = lake
        self._is_copy = is_copy
        self._made: set[Stage] = set(STAGES) if is_copy else set()
        self._connection = connect(":memory:")
        run = self._connection.execute
        run("set timezone = 'UTC'")
        run(
            f"attach $file as warehouse (storage_version '{STORAGE_VERSION}')",
            {"file": str(staging)},
        )
        run("attach ':memory:' as bronze")
        run("attach ':memory:' as step")
        run("use warehouse")
        self._shown: dict[str, list[str]] = {}
        hand_settings(self._connection, settings)
        self.run_stage("ground")
        if not is_copy:
            digest = built_with(settings)
            run("insert into quality.build values ($digest)", {"digest": digest})
            hand_shipped(self._connection)

    def knows_signer(self, log_key: str) -> bool:
        """Return whether a key of the log, as `name+identifier`, was taken in before."""
        query = "select 1 from silver.log_signer where log_key = $key"
        return bool(self._connection.execute(query, {"key": log_key}).fetchall())

    def know_signers(self, keys: Iterable[VerifierKey]) -> None:
        """Take in the keys of the log: what they have signed is this program's own word."""
        for key in keys:
            self._connection.execute(
                "insert or ignore into silver.log_signer values ($1, $2)",
                [f"{key.name}+{key.identifier.hex()}", public_line(key.public)],
            )

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, with `warehouse` in use."""
        return self._connection

    def take_in(self, batches: list[Batch], bronze: BronzeFiles) -> None:
        """Fold batches of one known time into the warehouse.

        Args:
            batches: the batches; none of them is in the warehouse.
            bronze: the files of the lake.
        """
        names = {batch.batch_id for batch in batches}
        self._set_known_at(batches)
        keep(self._connection, "new_batch", NEW_BATCH, {"batch_id": sorted(names)})
        bronze_views.bind(self._connection, bronze, names, self._shown)
        self.run_stage("bronze")
        has_events = self.has_events(batches, bronze) or "graph" not in self._made
        if has_events:
            self.run_stage("facets")
            self.run_stage("touch")
            rows = self._connection.execute("from step.related_batch").fetchall()
            related = names | {batch_id for (batch_id,) in rows}
            bronze_views.bind(self._connection, bronze, related, self._shown)
            self.run_stage("silver")
        if bronze.visible("document", names) or "documents" not in self._made:
            self.run_stage("documents")
            act_signatures.judge_new(self._connection)
        if has_events:
            self.run_stage("infer")
            sql_texts.read_new(self._connection, bronze)
            self.run_stage("graph")
        self.run_stage("quality")
        for batch in batches:
            self._connection.execute(
                "insert into quality.publication values ($1, $2)", [batch.batch_id, batch.known_at]
            )

    def has_events(self, batches: list[Batch], bronze: BronzeFiles) -> bool:
        """Return whether batches hold lineage events; others change nothing of the graph."""
        return bool(bronze.visible("event", {batch.batch_id for batch in batches}))

    def take_in_audit(self, batches: list[Batch], bronze: BronzeFiles) -> None:
        """Fold the audit events of batches into the warehouse, whatever their known times.

        What is a duplicate does not depend on what was believed when, so that all batches can be
        looked at together: a rebuild reads each row once.

        Args:
            batches: the batches; none of their audit events is in the warehouse.
            bronze: the files of the lake.
        """
        names = {batch.batch_id for batch in batches}
        told = any(bronze.visible(table, names) for table in AUDITED)
        if not told and "audit" in self._made:
            return
        keep(self._connection, "new_batch", NEW_BATCH, {"batch_id": sorted(names)})
        bronze_views.bind(self._connection, bronze, names, self._shown)
        bronze_views.bind_audit(self._connection, bronze, names)
        self.run_stage("recall")
        places = self._connection.execute("from step.audit_place").fetchall()
        if places:
            bronze_views.bind_earlier(self._connection, bronze, places)
        self.run_stage("audit")
        log_signatures.verify_new(self._connection)

    def decide(self, batches: list[Batch]) -> None:
        """Fold what registries, monitors and people said, by all that had been told by a time.

        Args:
            batches: those of one known time, whose documents and audit events are taken in; each
                known time has its turn, in their order.
        """
        if self._is_copy and not batches:
            return  # published again to read other files: nothing new was told
        self._set_known_at(batches)
        asked = question("told_of_models").run(self._connection)
        [(is_told, is_told_more)] = asked.fetchall()
        if (is_told and is_told_more) or "registry" not in self._made:
            self.run_stage("registry")
        if is_told or "governance" not in self._made:
            self.run_stage("governance")
            self.run_stage("retention")

    def serve(self, bronze: BronzeFiles, visible: set[str]) -> None:
        """Create the macros and views that people call, and publish headers as comments.

        Args:
            bronze: the files of the lake.
            visible: the batches that count.
        """
        self._connection.execute("drop schema if exists lake cascade")
        self._connection.execute("create schema lake")
        self._connection.execute("use warehouse.lake")
        for table in SERVED:
            files = bronze.visible(table, visible)
            if files:
                self._connection.read_parquet(files).create_view(table)
            else:
                self._connection.from_arrow(arrow_table(bronze.schemas[table])).create(table)
        self._connection.execute("use warehouse")
        self.run_stage("serve")
        self._assess()
        self.run_stage("auditors")
        if not self._is_copy:
            self._connection.execute("begin")  # one commit instead of one for each of them
            for stage in PUBLISHED:
                for file in stage_files(stage):
                    comment(self._connection, file)
            self._connection.execute("commit")

    def _assess(self) -> None:
        """Ask every control at the known time of the last batch, and keep what it says."""
        asked = self._connection.execute("select max(known_at) from quality.publication")
        [(known_at,)] = asked.fetchall()
        if known_at is not None:
            assess(self._connection, known_at, known_at, partial(self._ask_own, known_at))
            self.run_stage("assessed")
            return
        for file in self.files_of("assessed"):  # nothing is known yet: tables without rows
            if file.kind == "view":
                file.run(self._connection)
            else:
                file.declare(self._connection)

    def _ask_own(self, at: datetime, queries: Mapping[str, str]) -> Mapping[str, pa.Table]:
        """Return what queries of strangers say of the warehouse, which is closed meanwhile."""
        run = self._connection.execute
        run("checkpoint warehouse")
        run("use memory")
        run("detach warehouse")
        answers = ask_controls(self._staging, self._lake, queries, at, at)
        run("attach $file as warehouse", {"file": str(self._staging)})
        run("use warehouse")
        return answers

    def run_stage(self, stage: Stage) -> None:
        """Run the files of a stage in order; one that is left out must have made its tables once.

        Raises:
            SqlFileError: one does not run.
            StorageError: there is no room for what it makes.
        """
        for file in self.files_of(stage):
            try:
                file.run(self._connection)
            except duckdb.Error as error:
                if is_out_of_room(error):
                    raise StorageError(self._staging, str(error)) from error
                raise SqlFileError(file.name, str(error), "correct the statement") from error
        self._made.add(stage)

    def files_of(self, stage: Stage) -> list[SqlFile]:
        """Return the files of a stage that run: a copy has its views and macros.

        What lies in `step` is no part of the warehouse, and is made each time.
        """
        made = ("ground", "view", "macro") if self._is_copy else ()
        return [
            file
            for file in stage_files(stage)
            if file.kind not in made or file.object.startswith("step.")
        ]

    def close(self) -> None:
        """Write everything out and close the file."""
        self._connection.execute("checkpoint warehouse")
        self._connection.execute("use memory")
        self._connection.execute("detach warehouse")
        self._connection.close()

    def _set_known_at(self, batches: list[Batch]) -> None:
        known_at = max((batch.known_at for batch in batches), default=None)
        self._connection.execute("set variable known_at = $at::timestamptz", {"at": known_at})


def built_with(settings: Settings) -> str:
    """Return the SHA-256 of what the build depends on: settings, SQL files, what reads SQL.

    Headers count, since they are published as comments; questions, checks and gates do not: they
    make nothing.
    """
    digest = hashlib.sha256(settings_digest_source(settings))
    digest.update(f"sqlglot {version('sqlglot')} rules {RULES}".encode())
    digest.update(repr(registry_names(settings)).encode())
    digest.update(msgspec.json.encode(shipped_data()))
    for stage in MAKING:
        for file in stage_files(stage):
            digest.update(f"{file.name} {file.sha256}\0".encode())
    return digest.hexdigest()
