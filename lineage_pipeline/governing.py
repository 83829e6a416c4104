"""What people and pipelines do about a version: submit it, judge it, ask whether it may go.

Each begins by taking in what is new, so that nobody decides on yesterday's facts, and ends by
taking in the act, which is sealed before anybody is told what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.bronze.ledger import last_known_time
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.as_sealed import require_unaltered
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.governance.acts import Act, append_act
from lineage_pipeline.governance.custom import ask_custom
from lineage_pipeline.governance.decision import Circumstances, Decision, decision_bytes
from lineage_pipeline.governance.evaluation import Case, decide
from lineage_pipeline.governance.gates import Subject
from lineage_pipeline.governance.versions import ModelVersion, find_version
from lineage_pipeline.policy.names import require_known
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.policy.resolve import resolve, resolve_anywhere

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


class Asker(NamedTuple):
    """Who asks, and in which pipeline."""

    name: str
    ci_run: str = ""


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


class Checked(NamedTuple):
    """A decision that is kept.

    Attributes:
        decision: what was decided.
        circumstances: who asked, and when.
        until: when the first of the acts that it rests on ends, in microseconds since 1970.
        file: the act that keeps it.
    """

    decision: Decision
    circumstances: Circumstances
    until: int | None
    file: str


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


def check(
    workspace: Workspace,
    asked: str,
    environment: str,
    asker: Asker,
    when: When,
    *,
    is_kept: bool = True,
) -> Checked:
    """Return whether a version may be deployed, by all that is known now; the decision is kept.

    Args:
        workspace: whose facts and policy count.
        asked: the version, as MODEL@VERSION or by its identifier.
        environment: where it is to be deployed.
        asker: who asks.
        when: the time.
        is_kept: whether the decision becomes an act.

    Raises:
        ConfigError: no such version or environment, or a broken policy.
        IntegrityError: something was found to be other than it was sealed.
    """
    bring_up_to_date(workspace, when)
    policy = read_policy(workspace.paths.policy)
    as_of = when.now()
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        version = find_version(warehouse, asked)
        subject = Subject(version.node_id, environment, as_of)
        rules = resolve(policy, version.model, version.model_node_id, environment)
        case = Case(warehouse, version, subject)
        decision = decide(case, rules, ask_custom(workspace.paths))
        ends_at = _ends_at(case, rules, decision)
    known_at = last_known_time(workspace.paths)
    circumstances = Circumstances(
        decided_at=microseconds(as_of),
        as_of=microseconds(as_of),
        known_at=microseconds(known_at) if known_at else 0,
        requested_by=asker.name,
        ci_run=asker.ci_run,
    )
    file = _keep(workspace, decision, circumstances, when) if is_kept else ""
    return Checked(decision, circumstances, ends_at, file)


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
        submission = _submission(warehouse, rules, version, when.now())
    whole = said._replace(data={**said.data, "submission": submission})
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


def _submission(warehouse: Warehouse, rules: Rules, version: ModelVersion, as_of: datetime) -> str:
    [(submission,)] = warehouse.ask(
        "submitted", rules=rules.json, version=version.node_id, as_of=as_of
    ).rows
    if submission is None:
        raise ConfigError(
            f"{version.node_id}: nothing is submitted; `lineage submit {version.model}@"
            f"{version.version}` freezes what there is to be judged"
        )
    return str(submission)


def _done(workspace: Workspace, version: ModelVersion, said: Statement, when: When) -> Done:
    file = keep(workspace, version.node_id, said, when)
    now = when.now()  # the act is dated before
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        rules = _rules(workspace, version)
        [(act_id,)] = warehouse.ask("act_of_file", file=file).rows
        given = {"rules": rules.json, "version": version.node_id, "act_id": act_id, "as_of": now}
        asked = OBJECTIONS.get(said.name)
        rows = warehouse.ask(asked, **given).rows if asked else []
    objections = tuple(reason for (reason,) in rows)
    return Done(version, file, act_id, said.data["submission"], objections)


def _ends_at(case: Case, rules: Rules, decision: Decision) -> int | None:
    """Return when the first of the acts that a decision rests on ends."""
    waivers = [gate.waiver for gate in decision.gates if gate.waiver]
    rests_on = [*decision.approvals, *waivers, *filter(None, [decision.break_glass])]
    version, as_of = case.subject.version, case.subject.as_of
    [(ends_at,)] = case.warehouse.ask(
        "first_end", rules=rules.json, version=version, as_of=as_of, acts=rests_on
    ).rows
    return microseconds(ends_at) if ends_at else None


def _keep(
    workspace: Workspace, decision: Decision, circumstances: Circumstances, when: When
) -> str:
    said = {
        "actor": circumstances.requested_by,
        "decision_id": decision.decision_id,
        "decision": msgspec.Raw(decision_bytes(decision)),
        **msgspec.to_builtins(circumstances),
    }
    return keep(workspace, decision.version_node_id, Statement("decided", said), when)
