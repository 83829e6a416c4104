"""A plan of disposal: exactly what is to go, what blocks the rest, under one digest."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.sharing import shared_with
from lineage_pipeline.disposal.stores.opening import Stores, is_file, is_record
from lineage_pipeline.disposal.stores.store import LeftError, pieces_digest
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.policy.reading import policy_digest, read_policy
from lineage_pipeline.release.acting import bring_up_to_date, keep
from lineage_pipeline.warehouse.query import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.policy.rules import Policy
    from lineage_pipeline.release.acting import Statement, When
    from lineage_pipeline.warehouse.query import Warehouse

MOST: Final = 10_000
"""Objects of one plan; what is left over is planned again once they are gone."""
DEPTH: Final = 22_000
"""So many dates by which objects were to be gone are looked at first."""
DEEPER: Final = 32
"""So many times more are looked at where too few of those objects are to go."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An object whose time is over.

    Attributes:
        object_id: the object.
        of: its class.
        verdict: `due`, or what blocks it.
        reason: in words.
        rule: the rule by which its time is over.
        action: delete, archive or anonymise; None where it stays.
        goes_at: by when it was to be gone, in microseconds since 1970.
        row_count: as was told; None if nobody says.
        total_bytes: likewise.
        breaks: what was made from it and is still there.
        store: where it lies, such as s3; None where others are to delete it.
        piece_count: of how many pieces it consists there; None where others are.
        stored_bytes: their bytes together.
        pieces_sha256: stands for exactly these pieces.
    """

    object_id: str
    of: str | None = msgspec.field(name="class")
    verdict: str
    reason: str
    rule: str | None
    action: str | None
    goes_at: int
    row_count: int | None
    total_bytes: int | None
    breaks: tuple[str, ...]
    store: str | None = None
    piece_count: int | None = None
    stored_bytes: int | None = None
    pieces_sha256: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to go and what stays although its time is over.

    Attributes:
        as_of: the instant that it was made for, in microseconds since 1970.
        expires_at: until when it may be carried out, likewise.
        policy_sha256: the policy that says so.
        is_whole: whether it names all objects whose time is over.
        items: what is to go first, by when it was to be gone.
    """

    as_of: int
    expires_at: int
    policy_sha256: str
    is_whole: bool
    items: tuple[Item, ...]

    @property
    def due(self) -> tuple[Item, ...]:
        """What is to go."""
        return tuple(item for item in self.items if item.verdict == "due")


class Planned(NamedTuple):
    """A plan that is kept: its digest, and the act that holds it."""

    plan: Plan
    digest: str
    file: str


def plan_bytes(plan: Plan) -> bytes:
    """Return a plan in its one form: keys in order."""
    return msgspec.json.encode(plan, order="deterministic")


def make_plan(workspace: Workspace, said: Statement, when: When) -> Planned:
    """Plan what is to go, and keep the plan as an act; nothing is deleted by it.

    Args:
        workspace: whose objects, rules and holds count.
        said: who plans.
        when: the time.

    Raises:
        ConfigError: the policy or a store of the settings is broken.
    """
    bring_up_to_date(workspace, when)
    policy = read_policy(workspace.paths.policy)
    as_of = when.now()
    stores = Stores(workspace)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        plan = plan_of(warehouse, stores, policy, as_of)
    form = plan_bytes(plan)
    digest = sha256(form).hexdigest()
    data = {**said.data, "plan_sha256": digest, "plan": msgspec.Raw(form)}
    file = keep(workspace, f"plan:{digest}", said._replace(data=data), when)
    return Planned(plan, digest, file)


def plan_of(warehouse: Warehouse, stores: Stores, policy: Policy, as_of: datetime) -> Plan:
    """Return what is to go at an instant, and what lies of it in its store; nothing is kept."""
    found = _items(warehouse, as_of)
    stores.recorded.look_up([one.object_id for one in found if is_record(one.object_id)])
    due = [one.object_id for one in found if one.verdict == "due" and one.action != "anonymise"]
    shared = shared_with(warehouse, stores, due, as_of)
    items = tuple(_looked_at(item, stores, shared) for item in found)
    return Plan(
        as_of=microseconds(as_of),
        expires_at=microseconds(as_of + timedelta(days=policy.disposal.plan_days)),
        policy_sha256=policy_digest(policy),
        is_whole=len(items) <= MOST,
        items=items[:MOST],
    )


def as_rows(plan: Plan) -> Answer:
    """Return a plan for people: one row per object, what is to go first."""
    columns = (
        "object_id", "class", "verdict", "rule", "action", "rows", "bytes", "breaks", "store",
        "pieces", "stored_bytes",
    )  # fmt: skip
    rows = [
        (
            item.object_id, item.of, item.verdict, item.rule, item.action, item.row_count,
            item.total_bytes, ", ".join(item.breaks), item.store, item.piece_count,
            item.stored_bytes,
        )
        for item in plan.items
    ]  # fmt: skip
    return Answer(columns, rows)


def _items(warehouse: Warehouse, as_of: datetime) -> tuple[Item, ...]:
    """Return what is over: of many objects, only those that have been for longest are judged.

    Those that follow are judged as well where too few of the first are to go.
    """
    depth = DEPTH
    while True:
        answer = warehouse.ask("disposable", as_of=as_of, most=MOST + 1, depth=depth)
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        is_all = all(row["seen_count"] < depth for row in rows)
        if is_all or (len(rows) > MOST and all(row["verdict"] == "due" for row in rows)):
            return tuple(msgspec.convert(row, Item) for row in rows)
        depth *= DEEPER


def _looked_at(item: Item, stores: Stores, shared: Mapping[str, str]) -> Item:
    """Return an item with what lies of it in its store; a store that cannot say blocks it."""
    store, name = stores.of(item.object_id)
    if store is None or item.verdict != "due":
        return item
    if item.object_id in shared:
        reason = f"{item.reason}, and {shared[item.object_id]}"
        return msgspec.structs.replace(item, verdict="shared", reason=reason)
    try:
        pieces = store.pieces(name)
    except LeftError as error:
        reason = f"{item.reason}, and its store does not say what lies there: {error}"
        return msgspec.structs.replace(item, verdict="unknown", reason=reason)
    if not pieces and not is_file(item.object_id):
        reason = f"{item.reason}, and nothing of it lies in its store, so that nothing can go"
        return msgspec.structs.replace(item, verdict="absent", reason=reason)
    return msgspec.structs.replace(
        item,
        store=store.kind,
        piece_count=len(pieces),
        stored_bytes=sum(piece.size_bytes for piece in pieces),
        pieces_sha256=pieces_digest(pieces),
    )
