"""Questions of runs: what stands behind one, who started it, what never ended, what fell silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.asking.opened import OpenWorkspace, clocks, instant
from lineage_pipeline.questions import runs

if TYPE_CHECKING:
    import polars as pl

    from lineage_pipeline.asking.opened import Time


class RunQuestions(OpenWorkspace):
    """What runs did, and what they did not."""

    def run_upstream(
        self, run_id: str, depth: int | None = None, known_at: Time = None
    ) -> pl.DataFrame:
        """Return the exact runs behind a run, with the versions that each read.

        A row per run and dataset that it read: depth, run_id, job_node_id, state, dataset_node_id,
        dataset_version, version_basis (stated, inferred or unknown), is_ambiguous,
        written_by_run_id. All is as had been told by `known_at`, job and state too.

        Raises:
            UnknownRunError: there is no such run.
        """
        time = instant("known_at", known_at)
        return self._asked(lambda warehouse: runs.run_upstream(warehouse, run_id, depth, time))

    def version_upstream(
        self,
        node: str,
        version: str | None = None,
        depth: int | None = None,
        known_at: Time = None,
    ) -> pl.DataFrame:
        """Return the exact runs behind a version of a node, as `run_upstream`; behind all if None.

        Raises:
            UnknownNodeError: there is no such node.
            UnknownVersionError: no run was ever told to have written that version of it.
        """
        time = instant("known_at", known_at)
        return self._asked(
            lambda warehouse: runs.version_upstream(warehouse, node, version, depth, time)
        )

    def model_datasets(self, pattern: str = "%") -> pl.DataFrame:
        """Return what model versions were trained and evaluated on: `lineage.model_dataset`."""
        return self._asked(lambda warehouse: warehouse.table("model_dataset", pattern=pattern))

    def unmatched_starts(self, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the runs that started and of whose end nothing was told.

        The rows of `lineage.unmatched_start`, the latest first: run_id, job_node_id, started_at,
        later_run_count, later_end_count. Streams, which run on, are left out.
        """
        times = clocks(as_of, known_at)
        return self._asked(lambda warehouse: runs.unmatched_starts(warehouse, *times))

    def stale_producers(
        self, as_of: Time = None, known_at: Time = None, *, factor: float = 3, min_runs: int = 4
    ) -> pl.DataFrame:
        """Return the jobs that wrote regularly and then were silent for too long.

        The rows of `lineage.stale_producer`, the longest silence first: job_node_id, run_count,
        usual_gap_ms, last_written_at, silent_ms, threshold_ms. `as_of` None is the latest end of
        any run; that a run wrote is told as known today.
        """
        times = clocks(as_of, known_at)
        return self._asked(
            lambda warehouse: runs.stale_producers(
                warehouse, *times, factor=factor, min_runs=min_runs
            )
        )

    def run_hierarchy(self, run_id: str, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the runs above a run, who started it, and below it, whom it started.

        A row per run, from the top: level (0: the run itself, negative above it), run_id,
        job_node_id, state, started_at, ended_at, parent_run_id. A parent or root of which nothing
        else was told has the job that those name which it started, and no state; a run that ended
        after `as_of` was RUNNING.

        Raises:
            UnknownRunError: there is no such run, and none names it as its parent or root.
        """
        times = clocks(as_of, known_at)
        return self._asked(lambda warehouse: runs.run_hierarchy(warehouse, run_id, *times))

    def job_hierarchy(self, node: str, as_of: Time = None, known_at: Time = None) -> pl.DataFrame:
        """Return the jobs whose runs started those of a job, and the jobs whose runs it started.

        A row per job, from the top: level (0: the job itself, negative above it), job_node_id,
        parent_job_node_id, run_count (how many runs of the job a run of that parent started; a row
        per parent), first_started_at, last_started_at. Runs of which nothing was told but that
        others name as parent or root count.

        Raises:
            UnknownNodeError: there is no such node, and no run names it as its parent's job.
            ConfigError: it is no job.
        """
        times = clocks(as_of, known_at)
        return self._asked(lambda warehouse: runs.job_hierarchy(warehouse, node, *times))
