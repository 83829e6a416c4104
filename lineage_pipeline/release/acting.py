"""What people do about a version: submit it, judge it, let a gate go, and so on.

Each begins by taking in what is new, so that nobody decides on yesterday's facts, and ends by
taking in the act, which is sealed before anybody is told what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.as_sealed import require_unaltered
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.acts import Act, append_act
from lineage_pipeline.governance.versions import ModelVersion, find_version
from lineage_pipeline.policy.names import require_known
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import resolve_anywhere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.policy.resolve import Rules
    from lineage_pipeline.warehouse.query import Warehouse

REVIEW: Final = "break-glass-review"
"""The stage at which a break-glass is judged afterwards."""
OBJECTIONS: Final = {
    "approved": "approval_objections",
    "rejected": "approval_objections",
    "withdrawn": "withdrawal_objections",
    "waived": "waiver_objections",
    "delegated": "delegation_objections",
    "break_glass": "break_glass_objections",
    "condition_met": "condition_objections",
}
"""The question that says why an act does not count, by what is done."""
NOTHING: Final = sha256(b"").hexdigest()
"""The digest that stands for a card or an artifact that there is none of."""


@dataclass(frozen=True, slots=True)
class When:
    """The time of a command.

    Attributes:
        clock: tells the time.
        requested: the known time to use instead; only a synthetic workspace takes it.
    """

    clock: Callable[[], datetime]
    requested: datetime | None = None

    def now(self) -> datetime:
        """Return the present of the workspace."""
        return self.requested or self.clock()


class Statement(NamedTuple):
    """What somebody says.

    Attributes:
        name: what is done, such as `approved`.
        data: who does it (`actor`), why (`reason`), and what else belongs to the act.
        sign: returns the signature of bytes, if the act is to be signed.
    """

    name: str
    data: Mapping[str, Any]
    sign: Callable[[bytes], str] | None = None


class Done(NamedTuple):
    """An act that is kept.

    Attributes:
        version: of which version.
        file: the act.
        act_id: its identifier.
        submission: the digest of what is submitted.
        objections: what speaks against it; nothing if it counts.
    """

    version: ModelVersion
    file: str
    act_id: str
    submission: str
    objections: tuple[str, ...]


def submit(workspace: Workspace, asked: str, said: Statement, when: When) -> Done:
    """Submit a version: freeze its artifact, card, evaluations and what is asked of it, as one.

    Args:
        workspace: whose facts and policy count.
        asked: the version, as MODEL@VERSION or by its identifier.
        said: who submits it, and why.
        when: the time.

    Raises:
        ConfigError: no such version, or nobody has registered the digest of its artifact.
    """
    bring_up_to_date(workspace, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        frozen = _frozen(warehouse, _rules(workspace, version), version, when.now())
    digest = sha256(msgspec.json.encode(frozen, order="deterministic")).hexdigest()
    whole = said._replace(data={**said.data, **frozen, "submission": f"sha256:{digest}"})
    return _done(workspace, version, whole, when)


def act(workspace: Workspace, asked: str, said: Statement, when: When) -> Done:
    """Do something about the version that is submitted.

    Args:
        workspace: whose facts and policy count.
        asked: the version, as MODEL@VERSION or by its identifier.
        said: what is done, by whom, and why.
        when: the time.

    Raises:
        ConfigError: no such version, stage or gate, or none is submitted.
    """
    bring_up_to_date(workspace, when)
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        policy = read_policy(workspace.paths.policy)
        rules = resolve_anywhere(policy, version.model, version.model_node_id)
        require_known(policy, (*rules.stages, REVIEW), said.data)
        rests_on = _rests_on(warehouse, rules, version, said.name, when.now())
    whole = said._replace(data={**said.data, **rests_on})
    return _done(workspace, version, whole, when)


def bring_up_to_date(workspace: Workspace, when: When) -> None:
    """Take in what is new, after whatever run is at work.

    Raises:
        IntegrityError: something was found to be other than it was sealed.
    """
    done = pipeline.run(workspace, when.clock, when.requested, wait=True)
    require_unaltered(done.altered)


def keep(workspace: Workspace, subject: str, said: Statement, when: When) -> str:
    """Make what is said of a version an act, and take it in; return its file, as named.

    Raises:
        ConfigError: it is no act that a scan would take.
        IntegrityError: something was found to be other than it was sealed.
        StorageError: it cannot be written, and is not there.
    """
    made = Act(name=said.name, subject=subject, at=microseconds(when.now()), data=said.data)
    file = append_act(workspace.paths, made, said.sign)
    bring_up_to_date(workspace, when)
    return file


def _rules(workspace: Workspace, version: ModelVersion) -> Rules:
    policy = read_policy(workspace.paths.policy)
    return resolve_anywhere(policy, version.model, version.model_node_id)


def _frozen(
    warehouse: Warehouse, rules: Rules, version: ModelVersion, as_of: datetime
) -> dict[str, Any]:
    rows = warehouse.ask("submittable", rules=rules.json, version=version.node_id, as_of=as_of).rows
    if not rows or rows[0][0] is None:
        raise ConfigError(
            f"{version.node_id}: no registry holds the digest of its artifact, so there is nothing "
            f"to freeze; register it with the tag artifact_sha256"
        )
    artifact, card, evidence = rows[0]
    return {
        "version": version.node_id,
        "artifact": f"sha256:{artifact}",
        "card": f"sha256:{card or NOTHING}",
        "evidence": evidence,
        "policy": f"sha256:{rules.tier_sha256}",
    }


def _rests_on(
    warehouse: Warehouse, rules: Rules, version: ModelVersion, name: str, as_of: datetime
) -> dict[str, str]:
    """Return what an act is on: the submission, and of a break-glass the artifact as well."""
    [(artifact, submission, _)] = warehouse.ask(
        "standing", rules=rules.json, version=version.node_id, as_of=as_of, known_at=None
    ).rows
    if submission is None and name != "withdrawn":
        raise ConfigError(
            f"{version.node_id}: nothing is submitted; `lineage submit {version.model}@"
            f"{version.version}` freezes what there is to be judged"
        )
    found = {"submission": str(submission)} if submission else {}
    if name == "break_glass" and artifact:
        found["artifact"] = f"sha256:{artifact}"
    return found


def _done(workspace: Workspace, version: ModelVersion, said: Statement, when: When) -> Done:
    file = keep(workspace, version.node_id, said, when)
    now = when.now()  # the act is dated before
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rules = _rules(workspace, version)
        [(act_id,)] = warehouse.ask("act_of_file", file=file).rows
        given = {"rules": rules.json, "version": version.node_id, "act_id": act_id, "as_of": now}
        is_review = said.data.get("stage") == REVIEW
        asked = "review_objections" if is_review else OBJECTIONS.get(said.name)
        rows = warehouse.ask(asked, **given).rows if asked else []
    objections = tuple(reason for (reason,) in rows)
    return Done(version, file, act_id, said.data.get("submission", ""), objections)
