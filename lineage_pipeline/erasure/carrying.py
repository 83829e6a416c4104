"""A plan of an erasure carried out, or what that would do: noted, erased, looked for, certified.

The identifiers come from whoever carries it out; the plan holds none. What the search finds beyond
the plan stays, and is told.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lineage_pipeline import pipeline
from lineage_pipeline.disposal.certificate import HeldPiece
from lineage_pipeline.disposal.forgetting import Going, forget
from lineage_pipeline.disposal.leave import kept_plan, leave_for
from lineage_pipeline.disposal.saying import (
    Noted,
    certificate_told,
    log_told,
    pieces_begun,
    say,
)
from lineage_pipeline.disposal.stores.store import LeftError
from lineage_pipeline.erasure.certified import Carried, certify, rest_of
from lineage_pipeline.erasure.gone import places_left
from lineage_pipeline.erasure.landed import keyed_digest
from lineage_pipeline.erasure.pattern import Pattern
from lineage_pipeline.erasure.plan import FACETS, PREFIX, ErasurePlan
from lineage_pipeline.erasure.search import Outcome, merged, told, work_of
from lineage_pipeline.errors import ConfigError
from lineage_pipeline.evidence.noting import microseconds
from lineage_pipeline.lake.lock import exclusive
from lineage_pipeline.policy.reading import read_policy
from lineage_pipeline.release.acting import bring_up_to_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from lineage_pipeline.disposal.leave import Leave
    from lineage_pipeline.erasure.records import Record
    from lineage_pipeline.erasure.search import RecordPlace, Work
    from lineage_pipeline.erasure.subject import Subject
    from lineage_pipeline.pipeline import Workspace
    from lineage_pipeline.release.acting import Statement, When

STILL = "is there still; ask for the same again"


class Applied(NamedTuple):
    """What became of a plan: whether it may be carried out, each object, and the certificate."""

    digest: str
    leave: Leave
    outcomes: tuple[Outcome, ...]
    certificate_sha256: str | None


class _Kept(NamedTuple):
    """A plan as it is kept, and whether it may be carried out."""

    plan: ErasurePlan
    digest: str
    planned_by: str
    leave: Leave
    is_begun: bool


def apply_plan(
    workspace: Workspace,
    subject: Subject,
    asked: str,
    said: Statement,
    when: When,
    *,
    execute: bool,
) -> Applied:
    """Carry out a plan of an erasure, or say what that would do.

    Args:
        workspace: where.
        subject: the person, as the plan was made for.
        asked: the digest of the plan, or its beginning.
        said: who carries it out.
        when: the time.
        execute: erase; without it nothing is erased, and nothing kept.

    Raises:
        ConfigError: there is no such plan, it is for another person, or may not be carried out.
        BusyError: another process carries out a plan.
    """
    bring_up_to_date(workspace, when)
    kept = _kept(workspace, subject, asked, when)
    if not execute:
        work = work_of(workspace, subject, kept.plan, when.now())
        outcomes = told(kept.plan, subject, work, is_done=False)
        return Applied(kept.digest, kept.leave, outcomes, None)
    if kept.leave.lacking and not kept.is_begun:
        raise ConfigError(f"plan {kept.digest[:12]}: {'; '.join(kept.leave.lacking)}")
    paths = workspace.paths
    with exclusive(paths.disposal_lock, wait=False), exclusive(paths.hold_lock, wait=True):
        bring_up_to_date(workspace, when)  # a hold may have been placed since
        outcomes, digest = _Carrying(workspace, subject, kept, said, when).carry_out()
    bring_up_to_date(workspace, when)
    return Applied(kept.digest, kept.leave, outcomes, digest)


def _kept(workspace: Workspace, subject: Subject, asked: str, when: When) -> _Kept:
    rules = read_policy(workspace.paths.policy).disposal
    with pipeline.open_warehouse(workspace.paths) as warehouse:
        kept = kept_plan(warehouse, asked, ("erasure_planned",))
        plan = msgspec.json.decode(kept.text, type=ErasurePlan)
        leave = leave_for(warehouse, kept.digest, plan.expires_at, rules, when.now())
        states = {state for *_, state in warehouse.ask("erasure_state", plan=kept.digest).rows}
    if not hmac.compare_digest(plan.erasure, subject.handle):
        raise ConfigError(
            f"plan {kept.digest[:12]}: is for other identifiers than those on standard input; give "
            f"exactly those that it was made for"
        )
    if "erased" in states:
        raise ConfigError(f"plan {kept.digest[:12]}: is carried out; plan anew for what came since")
    return _Kept(plan, kept.digest, kept.planned_by, leave, "begun" in states)


class _Carrying:
    """A plan that is being carried out."""

    def __init__(
        self, workspace: Workspace, subject: Subject, kept: _Kept, said: Statement, when: When
    ) -> None:
        self._workspace = workspace
        self._subject = subject
        self._kept = kept
        self._said = said
        self._when = when
        self._pattern = Pattern(subject.identifiers)
        self._object_id = f"{PREFIX}{subject.handle}"

    def carry_out(self) -> tuple[tuple[Outcome, ...], str | None]:
        """Erase, look whether it is gone, certify it, and ask others."""
        started_at = self._when.now()
        work = self._work()
        noted = self._noted(work, microseconds(started_at))
        reason = f"plan {self._kept.digest}"
        leaving = [record.leaving for record in work.records]
        going = Going(leaving, work.facets, work.questions, reason, started_at)
        try:
            row_count = forget(self._workspace, going)
        except LeftError as error:
            return (Outcome(self._object_id, "left", 0, str(error)), *work.stays), None
        tables = tuple(places_left(self._workspace.paths, self._pattern))
        again = self._work()
        left = self._left(work, again, tables)
        for item in self._kept.plan.items:
            if item.course == "ask":
                self._say("erasure_asked", item.object_id, {"erasure": self._subject.handle})
        outcomes = told(self._kept.plan, self._subject, work, is_done=True)
        if left:
            return (*left, *outcomes), None
        pieces = tuple(self._gone(noted, again.staying))
        if noted and not pieces and not row_count:
            return outcomes, None  # a hold keeps all that an earlier run was about to erase
        rest = rest_of(self._kept.plan, work.stays, tables)
        carried = Carried(
            self._object_id,
            self._kept.plan,
            self._kept.digest,
            self._kept.planned_by,
            self._kept.leave.approved_by,
            str(self._said.data["actor"]),
            min((one.began_at for one in noted), default=microseconds(started_at)),
            microseconds(self._when.now()),
            work.gave_way,
        )
        counted = None if self._kept.is_begun else row_count
        return outcomes, self._certify(carried, pieces, counted, rest)

    def _work(self) -> Work:
        return work_of(self._workspace, self._subject, self._kept.plan, self._when.now())

    def _left(self, work: Work, again: Work, tables: tuple[str, ...]) -> tuple[Outcome, ...]:
        """Return what is there although it should be gone: by the same search, and in SQL."""
        left = [
            Outcome(self._pattern.masked(f"file:{record.source_file}"), "left", 1, STILL)
            for record in again.records
        ]
        if again.facets:
            left.append(Outcome(FACETS, "left", len(again.facets), STILL))
        if not work.stays and not any(item.stays for item in self._kept.plan.items):
            left += [Outcome(place, "left", 1, STILL) for place in tables]
        return merged(left)

    def _noted(self, work: Work, at: int) -> tuple[Noted, ...]:
        """Note what is about to go of each landing file, unless an earlier run has; return it."""
        if self._kept.is_begun:
            return pieces_begun(self._workspace, self._kept.digest, self._object_id)
        found: dict[str, list[Record]] = {}
        for record in work.records:
            found.setdefault(record.source_file, []).append(record)
        noted = tuple(
            Noted(
                self._piece(file, records),
                tuple((record.offset, record.size) for record in records),
                at,
            )
            for file, records in sorted(found.items())
        )
        data = {
            "store": "workspace",
            "pieces": [one.piece for one in noted],
            "records": [one.records for one in noted],
        }
        self._say("erasing", self._object_id, data)
        return noted

    def _gone(
        self, noted: Iterable[Noted], staying: Collection[RecordPlace]
    ) -> Iterator[HeldPiece]:
        """Yield what went of the pieces that were noted: a hold may have come in between."""
        there = {(self._pattern.masked(file), offset) for file, offset, _ in staying}
        for piece, records, _ in noted:
            left = [size for offset, size in records if (piece.place, offset) in there]
            if not left:
                yield piece
            elif len(left) < len(records):
                yield msgspec.structs.replace(
                    piece,
                    version=f"{len(records) - len(left)} of {len(records)} records",
                    size_bytes=piece.size_bytes - sum(left),
                    sha256="unknown",
                )

    def _piece(self, source_file: str, records: list[Record]) -> HeldPiece:
        file = self._workspace.paths.root / source_file
        ranges = [(record.offset, record.offset + record.size) for record in records]
        ratio = self._workspace.settings.scan.max_decompression_ratio
        is_there = file.is_file() and any(record.spans for record in records)
        return HeldPiece(
            place=self._pattern.masked(source_file),
            version=f"{len(records)} records",
            size_bytes=sum(record.size for record in records),
            # A record of a person may be guessed, so that a plain digest would tell it.
            sha256=keyed_digest(file, ranges, self._subject.key, ratio) if is_there else "unknown",
        )

    def _certify(
        self,
        carried: Carried,
        pieces: tuple[HeldPiece, ...],
        row_count: int | None,
        rest: tuple[str, ...],
    ) -> str:
        """Keep the certificate of what was erased; return its digest."""
        made = certify(carried, pieces, row_count, rest, log_told(self._workspace))
        told = certificate_told(made)
        self._say("erased", self._object_id, told)
        return str(told["certificate_sha256"])

    def _say(self, name: str, subject: str, data: Mapping[str, Any]) -> None:
        """Keep what is done as an act that the key of the log signs."""
        whole = {**self._said.data, "plan_sha256": self._kept.digest, **data}
        say(self._workspace, name, subject, whole, microseconds(self._when.now()))
