"""Questions about change: what differs between two times or two versions, and what a change breaks.

A question is checked as it is made, then asked of the warehouse as rows or as an Arrow table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lineage_pipeline.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from lineage_pipeline.warehouse.query import Answer, Warehouse

JOB: Final = "job:"
VERSION: Final = "modelVersion:"


class Moment(NamedTuple):
    """What was true at `as_of` (None: now), as it was known at `known_at` (None: all we know)."""

    as_of: datetime | None = None
    known_at: datetime | None = None

    def __str__(self) -> str:
        """Return the moment in words."""
        told = [
            f"{words} {time:%Y-%m-%dT%H:%M:%SZ}"
            for words, time in (("as of", self.as_of), ("known at", self.known_at))
            if time is not None
        ]
        return ", ".join(told) or "now"


class Question(NamedTuple):
    """A question of `sql/ask`, by its name, and what to ask it with."""

    name: str
    given: dict[str, Any]


def diff(
    warehouse: Warehouse, node: str, before: Moment, after: Moment, max_depth: int | None = None
) -> Question:
    """Return the question what differs between the lineage of a node at two moments.

    Raises:
        UnknownNodeError: there is no such node.
        ConfigError: it is a job, whose lineage is that of what it writes.
    """
    warehouse.require_node(node)
    if node.startswith(JOB):
        raise ConfigError(f"{node}: a job; ask for the lineage of what it writes")
    times = {
        "from_at": before.as_of,
        "to_at": after.as_of,
        "from_known_at": before.known_at,
        "to_known_at": after.known_at,
    }
    return Question("diff", {"node": node, "max_depth": max_depth} | times)


def version_diff(
    warehouse: Warehouse, before: str, after: str, max_depth: int | None = None
) -> Question:
    """Return the question what stands behind one version of a model and not behind another.

    Raises:
        UnknownNodeError: there is no such node.
        ConfigError: one is no version of a model.
    """
    for node in (before, after):
        warehouse.require_node(node)
        if not node.startswith(VERSION):
            raise ConfigError(
                f"{node}: no version of a model; two versions can be compared, or one node at two "
                f"times, with --from and --to"
            )
    given = {"before_version": before, "after_version": after, "max_depth": max_depth}
    return Question("version_diff", given)


def impact(
    warehouse: Warehouse,
    node: str,
    field: str | None = None,
    moment: Moment | None = None,
    max_depth: int | None = None,
) -> Question:
    """Return the question what a change of a node, or of its field, breaks.

    Raises:
        UnknownNodeError: there is no such node.
        UnknownFieldError: it never had such a field, nor one inside or around it.
    """
    warehouse.require_node(node)
    if field is not None:
        warehouse.require_field(node, field, or_overlapping=True)
    times = (moment or Moment())._asdict()
    return Question("impact", {"node": node, "field": field, "max_depth": max_depth} | times)


def rows(warehouse: Warehouse, question: Question) -> Answer:
    """Return the answer, row by row."""
    return warehouse.ask(question.name, **question.given)


def table(warehouse: Warehouse, question: Question) -> pa.Table:
    """Return the answer as an Arrow table."""
    return warehouse.table(question.name, **question.given)


def remarks(warehouse: Warehouse, question: Question, answer: Answer) -> list[str]:
    """Return what must be said beside an answer: what nobody told, and what was left out."""
    given = question.given
    found: list[str] = []
    if question.name == "diff":
        moments = (
            Moment(given["from_at"], given["from_known_at"]),
            Moment(given["to_at"], given["to_known_at"]),
        )
        found += [
            f"nothing was told of {given['node']} {moment}"
            for moment in moments
            if not warehouse.ask("told_of", node=given["node"], **moment._asdict()).rows
        ]
    if question.name == "version_diff":
        found += [
            f"no completed run is known to have written {given[side]}: its lineage is that of "
            f"when an event first named it"
            for side in ("before_version", "after_version")
            if not warehouse.ask("written_version", node=given[side]).rows
        ]
    if answer.rows and answer.rows[0][answer.columns.index("is_cut")]:
        found.append("lineage goes on behind the steps that were walked")
    return found
