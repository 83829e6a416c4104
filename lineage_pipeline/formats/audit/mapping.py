"""A declaration of an audit log, checked once and ready to be read by."""

from __future__ import annotations

import fnmatch
import tomllib
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from lineage_pipeline.errors import ConfigError
from lineage_pipeline.formats.audit.path import value_at
from lineage_pipeline.formats.audit.validity import problem_with
from lineage_pipeline.formats.audit.value import (
    ALWAYS_REQUIRED,
    alternatives,
    paths_in,
    steps_of,
)
from lineage_pipeline.formats.rejection import not_utf8
from lineage_pipeline.paths import GENERIC_FOLDER
from lineage_pipeline.settings.lineage_toml import AuditDeclaration, AuditRule, AuditValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PACKAGED: Final = {
    "cloudtrail": "audit/cloudtrail",
    "kubernetes": "audit/kubernetes",
    "mlflow": "audit/mlflow",
    "mlflow_access": "audit/mlflow",
    "cloudevents": "audit/cloudevents",
}


@dataclass(frozen=True)
class AuditMapping:
    """How one kind of audit log becomes rows: a declaration that holds what it promises.

    Attributes:
        name: what the declaration is called.
        folder: the landing folder that admits it.
        declaration: what is declared.
    """

    name: str
    folder: str
    declaration: AuditDeclaration

    @property
    def source(self) -> str:
        """The column `source` of its rows."""
        return self.declaration.source or self.name

    @property
    def is_text(self) -> bool:
        """Whether its records are lines of text rather than JSON."""
        return self.declaration.line is not None

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which a record is set aside."""
        return tuple(dict.fromkeys((*ALWAYS_REQUIRED, *self.declaration.required)))

    def values(self, column: str) -> tuple[AuditValue, ...]:
        """Return where the column's text comes from, in the order of preference."""
        return alternatives(getattr(self.declaration.columns, column))

    def rules(self, column: str) -> tuple[AuditRule[object], ...]:
        """Return the rules that decide a column of fixed vocabulary."""
        rules: tuple[AuditRule[object], ...] = getattr(self.declaration.rules, column)
        return rules

    def holds(self, record: bytes, content: object) -> bool:
        """Return whether a record is of this format.

        Args:
            record: its bytes.
            content: what they decode to as JSON, None if they are none.
        """
        declared = self.declaration
        if declared.line is not None:
            line = pl.Series([record.decode(errors="replace").strip()])
            return line.str.contains(declared.line).any() and not_utf8(record) is None
        if not isinstance(content, dict):
            return False
        if declared.records is not None:
            listed = value_at(content, steps_of(declared.records))
            if isinstance(listed, list):
                return True
        if not declared.recognise:
            return all(self._may_fill(column, content) for column in ALWAYS_REQUIRED)
        return any(all(map(partial(_stands_in, content), group)) for group in declared.recognise)

    def _may_fill(self, column: str, content: object) -> bool:
        """Return whether one of the column's values has all its paths in the record."""
        return any(
            all(map(partial(_stands_in, content), paths_in(value))) for value in self.values(column)
        )


def _stands_in(content: object, path: str) -> bool:
    return value_at(content, steps_of(path)) is not None


def packaged_mappings() -> dict[str, AuditMapping]:
    """Return the mappings that come with the package, by name, in the order of detection."""
    found = {}
    for name, folder in _PACKAGED.items():
        text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
        declaration = msgspec.convert(tomllib.loads(text), AuditDeclaration, strict=True)
        found[name] = AuditMapping(name, folder, declaration)
    return found


def generic_mappings(
    declared: Mapping[str, AuditDeclaration], where: str = "lineage.toml"
) -> dict[str, AuditMapping]:
    """Return the mappings that a workspace declares in `[audit.generic]`, by name.

    Raises:
        ConfigError: a path, an expression or a column name that cannot be used.
    """
    for name, one in declared.items():
        if name in _PACKAGED:
            raise ConfigError(
                f"{where}: [audit.generic.{name}] is the name of a format that comes with the "
                f"package; choose another name"
            )
        if one.source in _PACKAGED:
            raise ConfigError(
                f"{where}: [audit.generic.{name}] source = {one.source!r} would pass for a format "
                f"that comes with the package; choose another"
            )
        if problem := problem_with(one):
            raise ConfigError(f"{where}: [audit.generic.{name}] {problem}")
    return {name: AuditMapping(name, GENERIC_FOLDER, one) for name, one in declared.items()}


def admissible(mappings: Iterable[AuditMapping], folder: str, file_name: str) -> list[AuditMapping]:
    """Return the mappings that a file may be read by: those of its folder and of its name."""
    return [
        mapping
        for mapping in mappings
        if mapping.folder == folder and fnmatch.fnmatchcase(file_name, mapping.declaration.files)
    ]
