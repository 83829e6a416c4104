"""What the owners of datasets say: that a person's data are gone from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.leave import kept_plan
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.release.acting import bring_up_to_date, keep

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When


class Confirmed(NamedTuple):
    """A confirmation that is kept.

    Attributes:
        object_id: the dataset.
        file: the act.
        objection: why it does not count; empty if it does.
    """

    object_id: str
    file: str
    objection: str


def confirm_erasure(workspace: Workspace, object_id: str, said: Statement, when: When) -> Confirmed:
    """Keep that a person's data are gone from a dataset of which that was asked.

    Args:
        workspace: where.
        object_id: the dataset.
        said: who says so and why, and by which plan it was asked (`plan_sha256`).
        when: the time.

    Raises:
        ConfigError: there is no such plan, or it asks nothing of the dataset.
    """
    bring_up_to_date(workspace, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        plan = kept_plan(warehouse, str(said.data["plan_sha256"]), ("erasure_planned",))
        states = _states(warehouse.ask("erasure_state", plan=plan.digest).rows)
    if states.get(object_id) not in ("asked", "confirmed"):
        asked = [name for name, state in states.items() if state in ("asked", "confirmed")]
        raise ConfigError(
            f"{object_id}: plan {plan.digest[:12]} asks nothing of it; it asks of "
            f"{', '.join(asked) or 'none yet: carry it out first'}"
        )
    whole = said._replace(data={**said.data, "plan_sha256": plan.digest})
    file = keep(workspace, object_id, whole, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        states = _states(warehouse.ask("erasure_state", plan=plan.digest).rows)
    actor = said.data.get("actor")
    objection = "" if states[object_id] == "confirmed" else f"nobody knows who {actor} is"
    return Confirmed(object_id, file, objection)


def _states(rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    return {object_id: state for object_id, course, state in rows if course == "ask"}
