"""Questions in SQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lineage_pipeline.asking.kept import ask_kept, login_name
from lineage_pipeline.asking.opened import OpenWorkspace
from lineage_pipeline.sandbox.answers import plain_table

if TYPE_CHECKING:
    from lineage_pipeline.sandbox.requests import Parameter


class SqlQuestions(OpenWorkspace):
    """Questions in SQL."""

    def sql(self, text: str, /, **parameters: Parameter) -> pl.DataFrame:
        """Return the rows of a query, asked in the sandbox and kept in the log before.

        A row per row of the query, in its order; a column that Polars has no type for is text.
        `$name` in the text is bound to the parameter of that name: a text, number, time with a
        zone, truth value, list of these, or None. Who asks is $LINEAGE_ACTOR, or who logged in.

        Raises:
            ConfigError: it does more than read, does not run, or takes more than it may.
            IntegrityError: there ought to be a log, and there is none.
            StorageError: it cannot be kept, and is not asked.
        """
        told = ask_kept(self._paths, text, parameters, actor=login_name(), clock=_now)
        table, _ = plain_table(told.found)
        return pl.DataFrame(table)


def _now() -> datetime:
    return datetime.now(UTC)
