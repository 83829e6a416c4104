"""Questions about runs: what stands behind one, who started whom, what never ended or fell silent.

Each at two clocks: what was true at a time, as we had been told of it at another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.errors import ConfigError, UnknownRunError

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from lineage_pipeline.warehouse.query import Warehouse

RUN: Final = "run:"
JOB: Final = "job:"


def run_upstream(
    warehouse: Warehouse,
    run: str,
    max_depth: int | None = None,
    known_at: datetime | None = None,
) -> pa.Table:
    """Return the rows of `lineage.run_upstream`: the exact runs behind a run.

    Raises:
        UnknownRunError: there is no such run.
    """
    given = {"run": known_run(warehouse, run), "max_depth": max_depth, "known_at": known_at}
    return warehouse.table("run_upstream", **given)


def version_upstream(
    warehouse: Warehouse,
    node: str,
    version: str | None = None,
    max_depth: int | None = None,
    known_at: datetime | None = None,
) -> pa.Table:
    """Return the rows of `lineage.version_upstream`: the runs behind a version, behind all if None.

    Raises:
        UnknownNodeError: there is no such node.
        UnknownVersionError: no run was ever told to have written that version of it.
    """
    warehouse.require_node(node, known_at)
    if version is not None:
        warehouse.require_version(node, version, known_at)
    given = {"node": node, "version": version, "max_depth": max_depth, "known_at": known_at}
    return warehouse.table("version_upstream", **given)


def run_hierarchy(
    warehouse: Warehouse,
    run: str,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> pa.Table:
    """Return a run with the runs above and below it, who started whom; `level` 0 is the run itself.

    Raises:
        UnknownRunError: there is no such run, and none names it as its parent or root.
    """
    named = known_run(warehouse, run, "named_run")
    return warehouse.table("run_hierarchy", run=named, as_of=as_of, known_at=known_at)


def job_hierarchy(
    warehouse: Warehouse,
    node: str,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> pa.Table:
    """Return a job with the jobs above and below it, by whose runs started whose.

    Raises:
        UnknownNodeError: there is no such node, and no run names it as its parent's or root's job.
        ConfigError: it is no job.
    """
    if not warehouse.ask("named_job", node=node).rows:
        warehouse.require_node(node, known_at)
    if not node.startswith(JOB):
        raise ConfigError(f"{node}: neither a run nor a job; only those start one another")
    return warehouse.table("job_hierarchy", node=node, as_of=as_of, known_at=known_at)


def unmatched_starts(
    warehouse: Warehouse, as_of: datetime | None = None, known_at: datetime | None = None
) -> pa.Table:
    """Return the rows of `lineage.unmatched_start`, the latest first."""
    return warehouse.table("unmatched_start", as_of=as_of, known_at=known_at)


def stale_producers(
    warehouse: Warehouse,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    *,
    factor: float = 3,
    min_runs: int = 4,
) -> pa.Table:
    """Return the rows of `lineage.stale_producer`, the longest silence first."""
    given = {"factor": factor, "min_runs": min_runs, "as_of": as_of, "known_at": known_at}
    return warehouse.table("stale_producer", **given)


def known_run(warehouse: Warehouse, run: str, question: str = "known_run") -> str:
    """Return the id of a run, which may be told with `run:` before it.

    Args:
        warehouse: where it is looked up.
        run: the run.
        question: `known_run`, of whether it sent events, or `named_run`, of whether any names it.

    Raises:
        UnknownRunError: there is no such run.
    """
    for run_id in (run, run.removeprefix(RUN)):
        if warehouse.ask(question, run=run_id).rows:
            return run_id
    raise UnknownRunError(run)
