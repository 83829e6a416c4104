"""Questions of change: what differs between two times or two versions, and what a change breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage_pipeline.asking.opened import OpenWorkspace, clocks, instant
from lineage_pipeline.questions import changes
from lineage_pipeline.questions.changes import Moment

if TYPE_CHECKING:
    import polars as pl

    from lineage_pipeline.asking.opened import Time


class ChangeQuestions(OpenWorkspace):
    """What changed, and what a change breaks."""

    def diff(
        self,
        node: str,
        from_at: Time = None,
        to_at: Time = None,
        depth: int | None = None,
        *,
        from_known_at: Time = None,
        to_known_at: Time = None,
    ) -> pl.DataFrame:
        """Return what differs upstream of a node between two times: the rows of `lineage.diff`.

        A row per difference: subject (node, edge, column, field), change (added, removed, changed,
        unknown), node_id, field, source_node_id, source_field, job_node_id, before, after, is_cut.
        """
        before = Moment(instant("from_at", from_at), instant("from_known_at", from_known_at))
        after = Moment(instant("to_at", to_at), instant("to_known_at", to_known_at))
        return self._asked(
            lambda warehouse: changes.table(
                warehouse, changes.diff(warehouse, node, before, after, depth)
            )
        )

    def version_diff(self, before: str, after: str, depth: int | None = None) -> pl.DataFrame:
        """Return what stands behind one model version and not another: as `diff`, with runs."""
        return self._asked(
            lambda warehouse: changes.table(
                warehouse, changes.version_diff(warehouse, before, after, depth)
            )
        )

    def impact(
        self,
        node: str,
        field: str | None = None,
        depth: int | None = None,
        as_of: Time = None,
        known_at: Time = None,
    ) -> pl.DataFrame:
        """Return what a change of a node, or of its field, breaks: the rows of `lineage.impact`.

        A row per thing that it reaches: kind (column, dataset, job, model, modelVersion or
        deployment), node_id, field, effect (direct, indirect or possible), is_masked, depth, stage,
        deployments (where a model version serves), owners, is_cut.
        """
        moment = Moment(*clocks(as_of, known_at))
        return self._asked(
            lambda warehouse: changes.table(
                warehouse, changes.impact(warehouse, node, field, moment, depth)
            )
        )
