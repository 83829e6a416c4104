"""What an object rests on, as the headers say: a case runs these files and no others.

A source that a header did not name would be missing here, and its case would fail.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from lineage_pipeline.warehouse import build, lake_log, sql_texts
from lineage_pipeline.warehouse.build import Builder
from lineage_pipeline.warehouse.sqlfiles import ASSESSING, FOLDED, question, stage_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage_pipeline.warehouse.sqlfiles import SqlFile, Stage

READ_BY_PYTHON: Final = (
    "step.related_batch", "step.signed_act", "step.audit_place", "step.log_case",
)  # fmt: skip
ANSWERED: Final = "step.tested"
"""What every control that is asked adds its answers to: all of them, unless one is asked alone."""
READ_TO_INFER: Final = "silver.schema_facet"
"""What the fields of a dataset are, for texts that name none."""
_WRITTEN: Final = re.compile(
    r"\b(?:insert into|update|delete from|merge into|table|table if not exists|view)\s+"
    r"([a-z_]+\.[a-z_]+)"
)


@cache
def _writers() -> dict[str, list[SqlFile]]:
    """Return the files that make each object, or change it."""
    found: dict[str, list[SqlFile]] = {}
    for stage in (*FOLDED, "checks", *ASSESSING, "auditors"):
        for file in stage_files(stage):
            for name in _written_by(file):
                found.setdefault(name, []).append(file)
    return found


def _written_by(file: SqlFile) -> set[str]:
    return {file.object, *_WRITTEN.findall(file.statements)}


def needed_for(*objects: str) -> frozenset[str]:
    """Return the names of the files that make these objects, and all that they rest on."""
    is_alone = any(name.startswith("control.") for name in objects)
    seen: set[str] = set()
    files: set[str] = set()
    ahead = [*objects, *READ_BY_PYTHON]
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        if name == ANSWERED and not is_alone:
            ahead += [source for file in stage_files("compliance") for source in file.sources]
        for file in _writers().get(name, ()):
            files.add(file.name)
            # It may read what it writes, and others may write that too.
            ahead += {*file.sources, *_written_by(file)}
            # What Python infers from texts is written by no file: all of the stage belongs to it.
            if file.name.startswith("sql/infer/"):
                ahead += [READ_TO_INFER, *(each.object for each in stage_files("infer"))]
            # Whether models are folded at all is asked of these.
            if file.name.startswith(("sql/registry/", "sql/governance/")):
                ahead += question("told_of_models").sources
    return frozenset(files)


@contextmanager
def only(files: frozenset[str]) -> Iterator[None]:
    """Let publications that build upon tables run no other files, and write no silver or graph.

    Where nothing that controls say is among the files, no control is asked.
    """
    all_of = Builder.files_of

    def some_of(self: Builder, stage: Stage) -> list[SqlFile]:
        if not self._is_copy or stage == "ground":
            return all_of(self, stage)
        return [file for file in all_of(self, stage) if file.name in files]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Builder, "files_of", some_of)
        patch.setattr(lake_log, "append", _nothing)
        if not any(name.startswith("sql/infer/") for name in files):
            patch.setattr(sql_texts, "read_new", _nothing)
        if not any(name.startswith("sql/assessed/") for name in files):
            patch.setattr(build, "assess", _nothing)
        yield


def _nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""
