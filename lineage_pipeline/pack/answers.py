"""What the page of a pack answers, from the rows that the pack holds, and from nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from lineage_pipeline.pack.blocks import heading, paragraph, table, word
from lineage_pipeline.pack.tables import cell
from lineage_pipeline.pictures.markup import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from lineage_pipeline.cards.checking import CheckedCard
    from lineage_pipeline.governance.versions import ModelVersion
    from lineage_pipeline.pack.held import Held, Row

ALLOWING: Final = ("deploy", "break_glass")
"""Verdicts of the gates after which a version may go."""


def identity(held: Held, card: CheckedCard, version: ModelVersion) -> Iterator[tuple[str, str]]:
    """Yield what the version is, by name; what differs between sources stands side by side."""
    overview, risk = card.card.overview, card.card.risk
    models, versions = held.believed("registry/model"), held.believed("registry/version")
    yield "task", overview.task
    yield "purpose", _all(models, "purpose")
    yield "risk tier by the policy", risk.tier
    yield "owner", _all([*versions, *models], "owner")
    yield "trained by", _all(versions, "trainer")
    yield (
        "registered",
        "; ".join(sorted({_moment(row["registered_at"]) for row in versions}))
        or ("" if version.is_registered else "no registry holds it; it is only spoken of"),
    )
    yield "stage", _all(_current(versions), "stage")
    yield "artifact, SHA-256", _all(versions, "artifact_sha256")
    yield "code", _all(versions, "code")
    yield "serves at", _all(_current(held.believed("registry/serving")), "deployment_node_id")
    yield "the card", f"{card.state} (card/card.html)"


def origin(held: Held) -> str:
    """Return what it was made of: the runs behind it, and the exact versions that they read."""
    read = held.rows("lineage/versions-read")
    if not read:
        return paragraph("Lineage tells of no run that made it.")
    columns = ("depth", "job_node_id", "run_id", "dataset_node_id", "dataset_version",
               "version_basis")  # fmt: skip
    bases = Counter(row["version_basis"] or "unknown" for row in read)
    told = ", ".join(f"{count} {basis}" for basis, count in sorted(bases.items()))
    return (
        heading("Runs behind it, and what they read")
        + table(
            ("steps", "job", "run", "dataset", "its version", "how that is known"),
            _cells(read, columns),
            of="lineage/versions-read",
        )
        + paragraph(
            f"Of the versions: {told}. {held.counts['lineage/columns']} flows between columns are "
            f"in lineage/columns, the code of the runs is in lineage/code."
        )
    )


def approvals(held: Held, at: datetime) -> str:
    """Return who approved or rejected what, and whether that still stands at an instant."""
    rows = held.believed("governance/approvals")
    submitted = held.believed("governance/submissions")
    found = paragraph("It was never submitted for approval." if not submitted else "")
    if submitted:
        columns = ("submitted_by", "submission", "ended_by")
        lines = [(_moment(row["valid_from_at"]), *_row(row, columns)) for row in submitted]
        found += heading("Submitted")
        found += table(("when", "by", "digest", "ended by"), lines, of="governance/submissions")
    if not rows:
        return found + paragraph("Nobody has approved or rejected it.")
    body = [
        (
            _moment(row["valid_from_at"]),
            *_row(row, ("stage", "decision")),
            cell(row["actor_id"]) + ("" if row["is_person"] else ", whom the policy does not know"),
            cell(row["reason"]),
            standing(row, at),
        )
        for row in sorted(rows, key=lambda row: (cell(row["valid_from_at"]), row["act_id"]))
    ]
    head = ("when", "stage", "decision", "by", "reason", "now")
    return found + heading("Said") + table(head, body, of="governance/approvals")


def standing(row: Row, at: datetime) -> str:
    """Return whether an approval stands at an instant, and else what ended it."""
    if row["valid_to_at"] is not None and row["valid_to_at"] <= at:
        return f"ended {cell(row['valid_to_at'])[:10]}: {row['ended_by'] or 'nobody says why'}"
    until = f" until {cell(row['valid_to_at'])[:10]}" if row["valid_to_at"] else ""
    return f"stands{until}"


def permission(held: Held, version: ModelVersion, at: datetime) -> str:
    """Return what gates decided, what stands in their way, and where it serves all the same."""
    decisions = held.rows("governance/decisions")
    latest: dict[str, Row] = {}
    for row in sorted(decisions, key=lambda row: (cell(row["decided_at"]), row["decision_id"])):
        latest[row["environment"]] = row
    if latest:
        lines = [
            (text_of(name), _verdict(row), text_of(cell(row["decided_at"])),
             text_of(cell(row["requested_by"])))
            for name, row in sorted(latest.items())
        ]  # fmt: skip
        found = table(("environment", "last verdict", "when", "asked by"), lines, is_markup=True)
    else:
        found = paragraph(
            "No decision of the gates is recorded, so nothing here says that it may be deployed."
        )
    serving = _current(held.believed("registry/serving"), at)
    places = sorted({row["deployment_node_id"] for row in serving})
    if places:
        said = f"Sources say that it serves at {', '.join(places)}."
    else:
        said = "No source says that it serves."
    waived = held.believed("governance/waivers") + held.believed("governance/break-glass")
    told = f"{len(waived)} waivers and break-glass acts are told of it." if waived else ""
    own = [row for row in held.rows("compliance/status") if row["scope"] == version.model_node_id]
    titles = {row["control_id"]: row["title"] for row in held.rows("compliance/controls")}
    return found + paragraph(said) + paragraph(told) + _controls(own, titles)


def open_matters(held: Held, card: CheckedCard) -> str:
    """Return what is not settled: incidents, exceptions of controls, holds, what is due."""
    incidents = {
        row["incident_id"]: row
        for path in ("registry/incidents", "registry/incidents-of-model")
        for row in held.believed(path)
        if row["status"] != "closed"
    }
    exceptions = [row for row in held.rows("compliance/exceptions") if not row["is_waived"]]
    due = [
        row for row in held.rows("retention/resolutions") if row["verdict"] in {"due", "conflict"}
    ]
    parts = (
        ("Incidents", [*incidents.values()], "registry/incidents",
         {"since": "opened_at", "severity": "severity", "version": "version", "incident": "name",
          "what happened": "summary"}),
        ("Exceptions of controls of its model", exceptions, "compliance/exceptions",
         {"control": "control_id", "of": "object_id", "what stands out": "finding",
          "days": "age_days", "owner": "owner_id"}),
        ("Held", held.rows("retention/held"), "retention/held",
         {"object": "object_id", "case": "matter", "why": "reason", "how": "basis"}),
        ("Past their time", due, "retention/resolutions",
         {"object": "object_id", "verdict": "verdict", "why": "reason"}),
    )  # fmt: skip
    found = "".join(
        heading(f"{title} ({len(rows)})")
        + table([*columns], _cells(rows, [*columns.values()]), of=path)
        for title, rows, path, columns in parts
        if rows
    )
    findings = [(each.kind, each.sentence, each.remedy) for each in card.findings]
    if findings:
        found += heading("The card") + table(("finding", "what is wrong", "what to do"), findings)
    return found or paragraph("Nothing that was told is open.")


def unknown(held: Held, card: CheckedCard, version: ModelVersion) -> str:
    """Return what nobody can tell from what was told."""
    read = held.rows("lineage/versions-read")
    vague = sum(row["version_basis"] == "unknown" or row["is_ambiguous"] for row in read)
    lacking = [
        row["control_id"]
        for row in held.rows("compliance/status")
        if row["scope"] == version.model_node_id
        and row["status"] in {"NOT_ASSESSABLE", "NOT_ATTESTED"}
    ]
    empty = [row.section for row in card.rows if row.is_required and row.status != "complete"]
    said = (
        f"Of {vague} of {len(read)} datasets that runs behind it read, the exact version is not "
        f"known." if vague else "",
        f"Controls that could not be assessed: {', '.join(lacking)}." if lacking else "",
        f"Sections of the card that are not complete: {', '.join(empty)}." if empty else "",
        f"Without a proof: {len(held.unproven)} acts, named in the manifest with why."
        if held.unproven else "",
        "Whether what was told is true, and whether all that happened was told.",
    )  # fmt: skip
    return "".join(map(paragraph, said))


def _controls(rows: Sequence[Row], titles: Mapping[str, str]) -> str:
    if not rows:
        return paragraph("No control speaks of its model.")
    counts = Counter(row["status"] for row in rows)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    failed = [row for row in rows if row["status"] == "FAIL"]
    found = heading("Controls of its model") + paragraph(
        f"{told}. A PASS says that a query found no exception in what was told; this is not legal "
        f"advice."
    )
    if not failed:
        return found
    lines = [(row["control_id"], titles[row["control_id"]], cell(row["reason"])) for row in failed]
    return found + table(("fails", "what it asks", "why"), lines)


def _verdict(row: Row) -> str:
    if not row["is_genuine"]:
        return word(f"{row['verdict']}, but its record is not genuine", "bad")
    if row["verdict"] == "unknown":
        return word("unknown", "open")
    return word(row["verdict"], "good" if row["verdict"] in ALLOWING else "bad")


def _current(rows: Iterable[Row], at: datetime | None = None) -> list[Row]:
    """Return the rows that hold at an instant; without one, those whose end is not told."""
    return [
        row
        for row in rows
        if row["valid_to_at"] is None or (at is not None and row["valid_to_at"] > at)
    ]


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _all(rows: Iterable[Row], column: str) -> str:
    """Return every value that rows have in a column, in order."""
    return "; ".join(sorted({cell(row[column]) for row in rows} - {""}))


def _row(row: Row, columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell(row[column]) for column in columns)


def _cells(rows: Iterable[Row], columns: Sequence[str]) -> list[tuple[str, ...]]:
    found: list[tuple[Any, ...]] = [_row(row, columns) for row in rows]
    return found
