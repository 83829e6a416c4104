"""A dossier made by hand: as many controls, exceptions and members as a test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from lineage_pipeline.compliance.assessment import ORGANISATION, Assessment
from lineage_pipeline.workpapers.dossier import Dossier, Sealed
from lineage_pipeline.workpapers.method import STATUSES

STATE: Final = datetime(2026, 6, 1, 6, tzinfo=UTC)
INSTANT: Final = pl.Datetime("us", "UTC")
STATUS: Final = pl.Schema({
    "control_id": pl.String, "scope": pl.String, "status": pl.String, "readiness": pl.String,
    "population": pl.Int64, "tested": pl.Int64, "exception_count": pl.Int64,
    "waived_count": pl.Int64, "coverage": pl.Float64, "reason": pl.String, "deliver": pl.String,
    "automation": pl.String, "is_blocking": pl.Boolean, "applies_from": pl.Date,
    "parameters": pl.String, "parameter_basis": pl.List(pl.String), "query_sha256": pl.String,
    "data_sha256": pl.String, "as_of_at": INSTANT,
})  # fmt: skip
EXCEPTION: Final = pl.Schema({
    "control_id": pl.String, "scope": pl.String, "object_id": pl.String, "finding": pl.String,
    "members": pl.Int64, "since_at": INSTANT, "age_days": pl.Int64, "is_due": pl.Boolean,
    "is_waived": pl.Boolean, "waived_by": pl.String, "waiver_reason": pl.String,
    "waived_until_at": INSTANT, "owner_id": pl.String, "due_at": INSTANT,
    "evidence": pl.List(pl.String), "as_of_at": INSTANT,
})  # fmt: skip
CONTROL: Final = pl.Schema({
    "control_id": pl.String, "framework": pl.String, "clause": pl.String, "title": pl.String,
    "requirement": pl.String, "automation": pl.String, "population_of": pl.String,
    "deliver": pl.String, "limits": pl.String, "note": pl.String, "applies_from": pl.Date,
    "is_on": pl.Boolean, "is_blocking": pl.Boolean, "is_own": pl.Boolean,
})  # fmt: skip
CLAUSE: Final = pl.Schema({
    "control_id": pl.String, "framework": pl.String, "framework_title": pl.String,
    "kind": pl.String, "clause": pl.String, "applies_from": pl.Date, "note": pl.String,
    "is_on": pl.Boolean,
})  # fmt: skip
PARAMETER: Final = pl.Schema({
    "control_id": pl.String, "name": pl.String, "value": pl.Int32, "unit": pl.String,
    "basis": pl.String, "shipped_value": pl.Int32,
})  # fmt: skip
FRAMEWORK: Final = pl.Schema({
    "framework": pl.String, "title": pl.String, "kind": pl.String, "source": pl.String,
    "note": pl.String, "catalogue_version": pl.String,
})  # fmt: skip
MEMBER: Final = pl.Schema({
    "control_id": pl.String, "scope": pl.String, "object_id": pl.String, "members": pl.Int64,
    "tested": pl.Int64, "finding": pl.String, "missing": pl.String, "since_at": INSTANT,
    "due_from": pl.Date, "evidence": pl.List(pl.String),
})  # fmt: skip
POPULATION: Final = pl.Schema({
    "control_id": pl.String, "scope": pl.String, "population_of": pl.String,
    "population": pl.Int64, "tested": pl.Int64, "untested": pl.Int64, "coverage": pl.Float64,
    "exception_count": pl.Int64, "listed_count": pl.Int64, "unlisted_count": pl.Int64,
    "is_reperformed": pl.Boolean, "query_sha256": pl.String, "data_sha256": pl.String,
})  # fmt: skip
SOURCE: Final = pl.Schema({
    "source": pl.String, "file_count": pl.Int64, "record_count": pl.Int64, "event_count": pl.Int64,
    "duplicate_count": pl.Int64, "quarantined_count": pl.Int64, "gone_count": pl.Int64,
    "first_event_at": INSTANT, "last_event_at": INSTANT, "last_ingested_at": INSTANT,
})  # fmt: skip
ATTESTED: Final = ("ATTESTED", "NOT_ATTESTED")


def status(control: str, says: str = "PASS", **told: Any) -> dict[str, Any]:
    """Return a row of `control_status`."""
    return {
        "control_id": control, "scope": ORGANISATION, "status": says, "readiness": says,
        "population": 3, "tested": 3, "exception_count": 0, "waived_count": 0, "coverage": 1.0,
        "reason": "no exception", "deliver": "", "automation": "full", "is_blocking": True,
        "applies_from": None, "parameters": '{"days":30}', "parameter_basis": ["house"],
        "query_sha256": "a" * 64, "data_sha256": "b" * 64, "as_of_at": STATE,
    } | told  # fmt: skip


def exception(control: str, object_id: str, **told: Any) -> dict[str, Any]:
    """Return a row of `exception`, that nobody owns or accepts."""
    return {
        "control_id": control, "scope": ORGANISATION, "object_id": object_id, "finding": "missing",
        "members": 1, "since_at": datetime(2026, 5, 1, tzinfo=UTC), "age_days": 31, "is_due": True,
        "is_waived": False, "waived_by": None, "waiver_reason": None, "waived_until_at": None,
        "owner_id": None, "due_at": None, "evidence": ["act 1"], "as_of_at": STATE,
    } | told  # fmt: skip


def member(control: str, object_id: str, **told: Any) -> dict[str, Any]:
    """Return a row of `population_member`, which is no exception."""
    return {
        "control_id": control, "scope": ORGANISATION, "object_id": object_id, "members": 1,
        "tested": 1, "finding": None, "missing": None, "since_at": None, "due_from": None,
        "evidence": [],
    } | told  # fmt: skip


def dossier_of(
    statuses: list[dict[str, Any]],
    exceptions: list[dict[str, Any]] | None = None,
    members: list[dict[str, Any]] | None = None,
    *,
    about: dict[str, Any] | None = None,
    **told: Any,
) -> Dossier:
    """Return a dossier of controls under one law; `about` goes into what the catalogue says."""
    controls = [_control(row) | (about or {}) for row in statuses]
    clauses = [
        {
            "control_id": row["control_id"], "framework": "gdpr", "framework_title": "GDPR",
            "kind": "law", "clause": "Art 5", "applies_from": row["applies_from"], "note": "",
            "is_on": True,
        }
        for row in statuses
    ]  # fmt: skip
    numbers = [
        {
            "control_id": row["control_id"], "name": "days", "value": 7, "unit": "days",
            "basis": "house", "shipped_value": 30,
        }
        for row in statuses
    ]  # fmt: skip
    found = Assessment(
        pl.DataFrame(statuses, STATUS),
        pl.DataFrame(exceptions or [], EXCEPTION),
        pl.DataFrame(controls, CONTROL),
        pl.DataFrame(clauses, CLAUSE),
        pl.DataFrame(numbers, PARAMETER),
    )
    return Dossier(**{
        "organisation": "lender", "asked": None, "scope": ORGANISATION, "assessment": found,
        "by_model": found.control_status.clear(), "framework": _frameworks(),
        "population": pl.DataFrame(map(_population, statuses), POPULATION),
        "member": pl.DataFrame(members or [], MEMBER), "source": _sources(), "as_of": STATE,
        "known_at": STATE, "is_published": True, "coverage": "coverage: 3 events",
        "sealed": Sealed("lineage/lender", 7, "c" * 64), "catalogue_version": "2026-05-01",
        "built_with_sha256": "d" * 64, "release": "0.1.0",
    } | told)  # fmt: skip


def of_every_status() -> Dossier:
    """Return a dossier in which each status there is stands once, and exceptions of all kinds."""
    statuses = [
        status(
            f"X{number:02}", says, deliver="acts" if says.startswith("NOT_A") else "",
            automation="attestation" if says in ATTESTED else "full",
            applies_from=date(2027, 12, 2) if says == "NOT_YET" else None,
            readiness="FAIL" if says == "NOT_YET" else says,
            exception_count=3 if says == "FAIL" else 0, waived_count=1 if says == "FAIL" else 0,
        )
        for number, says in enumerate(STATUSES)
    ]  # fmt: skip
    [failed] = [row["control_id"] for row in statuses if row["status"] == "FAIL"]
    [ahead] = [row["control_id"] for row in statuses if row["status"] == "NOT_YET"]
    soon = datetime(2026, 7, 1, tzinfo=UTC)
    past = datetime(2026, 5, 15, tzinfo=UTC)
    waived = {"waived_by": "eve", "waiver_reason": "until the migration"}
    return dossier_of(
        statuses,
        [
            exception(failed, "owned", owner_id="ada", due_at=past),
            exception(failed, "waived", is_waived=True, waived_until_at=soon, **waived),
            exception(failed, "waived before", waived_until_at=past, **waived),
            exception(ahead, "not due", is_due=False, since_at=None, age_days=None),
        ],
        [member(failed, "owned", finding="missing"), member(failed, "fine")],
    )


def _control(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "control_id": row["control_id"], "framework": "gdpr", "clause": "GDPR Art 5",
        "title": "a title", "requirement": "It must hold.", "automation": row["automation"],
        "population_of": "datasets", "deliver": "acts", "limits": "what nobody told", "note": "",
        "applies_from": row["applies_from"], "is_on": True, "is_blocking": True, "is_own": False,
    }  # fmt: skip


def _population(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name in POPULATION}
    return kept | {
        "population_of": "datasets", "untested": 0, "listed_count": 2, "unlisted_count": 1,
        "is_reperformed": True,
    }  # fmt: skip


def _frameworks() -> pl.DataFrame:
    row = ("gdpr", "General Data Protection Regulation", "law", "2016/679", "", "2026-05-01")
    return pl.DataFrame([row], FRAMEWORK, orient="row")


def _sources() -> pl.DataFrame:
    return pl.DataFrame([("audit", 1, 3, 3, 0, 0, 0, STATE, STATE, STATE)], SOURCE, orient="row")
