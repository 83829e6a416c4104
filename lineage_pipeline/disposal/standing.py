"""What holds now for the objects of a plan: rules, holds, and what was done about each before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.hearing import Heard
from lineage_pipeline.disposal.sharing import shared_with
from lineage_pipeline.disposal.stores.opening import is_file, is_record
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.release.acting import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.disposal.planning import Item
    from lineage_pipeline.disposal.stores.opening import Stores
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import When

Became = Literal[
    "gone", "gone before", "asked of others", "archived", "archived before", "restored",
    "restored before", "to go", "to be asked of others", "to be archived", "to be restored", "left",
]  # fmt: skip

OWN: Final = "records cannot be anonymised here; `lineage erase` takes a person out of them"


class Outcome(NamedTuple):
    """What became of an object of a plan.

    Attributes:
        object_id: the object.
        became: what.
        reason: why it was left, or by what it goes.
        stored_bytes: what was freed, or would be; None if nobody knows.
        certificate_sha256: its certificate; None if there is none.
    """

    object_id: str
    became: Became
    reason: str
    stored_bytes: int | None = None
    certificate_sha256: str | None = None


class Standing:
    """What holds for the objects of a plan, as of when it was last looked at.

    Attributes:
        looked_at: when that was, in microseconds since 1970.
    """

    looked_at: int

    def __init__(self, workspace: Workspace, stores: Stores, digest: str, when: When) -> None:
        """Look at the plan of that digest, of objects that lie in these stores."""
        self._stores = stores
        self._workspace = workspace
        self._digest = digest
        self._when = when
        self._look()

    @property
    def is_begun(self) -> bool:
        """Whether some object may be half gone."""
        return any(row["state"] == "begun" for row in self._rows.values())

    def of(self, object_id: str) -> Mapping[str, Any]:
        """Return what holds for an object of the plan, as `ask.plan_now` tells it."""
        return self._rows[object_id]

    def look_again(self) -> None:
        """Judge all objects anew if anybody has said anything since."""
        if not self._heard.is_all():
            self._look()

    def hear(self, file: str) -> None:
        """Take an act of our own for heard: what holds does not change by it."""
        self._heard.hear(file)

    def why_left(self, item: Item, lacking: str) -> Outcome | None:
        """Return why an object is not deleted now; None if it is to be.

        Args:
            item: the object, as it was planned.
            lacking: what the plan lacks; what was begun is finished all the same.
        """
        now = self._rows[item.object_id]
        state, verdict = now["state"], now["verdict"]
        decided = (now["rule"], now["action"])
        is_taken = item.store is not None and item.action != "anonymise"
        shared = self._shared.get(item.object_id) if is_taken else None
        is_own = is_file(item.object_id) or is_record(item.object_id)
        reasons: tuple[tuple[bool, Became, str], ...] = (
            (state == "disposed", "gone before", "by this plan, with its certificate"),
            (state in ("asked", "confirmed", "anonymised"), "asked of others", f"it is {state}"),
            (verdict is None, "left", "is not kept any more, as the lineage tells"),
            (verdict != "due", "left", str(now["reason"])),
            (
                decided != (item.rule, item.action),
                "left",
                f"another rule decides by now: {decided[1]} by {decided[0]}",
            ),
            (shared is not None and state != "begun", "left", shared or ""),
            (bool(lacking) and state != "begun", "left", lacking),
            (item.action == "anonymise" and is_own, "left", OWN),
        )
        found = ((became, reason) for holds, became, reason in reasons if holds)
        return next((Outcome(item.object_id, *why) for why in found), None)

    def _look(self) -> None:
        self._heard = Heard(self._workspace.paths)
        bring_up_to_date(self._workspace, self._when)
        as_of = self._when.now()
        with pipeline.open_warehouse(self._workspace.paths) as warehouse:
            answer = warehouse.ask("plan_now", plan=self._digest, as_of=as_of)
            objects = [str(row[0]) for row in answer.rows]
            self._shared = shared_with(warehouse, self._stores, objects, as_of)
        rows = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        self._rows = {str(row["object_id"]): row for row in rows}
        self.looked_at = microseconds(as_of)
