"""The summary as PDF: what a partner reads, of what was assessed, what fails and what is not known.

It is PDF/A-2u and PDF/UA-1: it holds its fonts, and a program can read it out. A font shows what it
has; characters that ours lack are spelled out as [U+4E2D], and the summary says so.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from lineage_pipeline.workpapers.characters import line
from lineage_pipeline.workpapers.dossier import CAVEAT, HANDLING
from lineage_pipeline.workpapers.extra import require
from lineage_pipeline.workpapers.method import STATUSES

if TYPE_CHECKING:
    from datetime import datetime

    from lineage_pipeline.workpapers.dossier import Dossier

TEMPLATE: Final = "summary.typ"
STANDARDS: Final = ("a-2u", "ua-1")
SHOWN: Final = 5
"""Exceptions of one control that the summary names; it says how many more there are."""
LONGEST: Final = 400
"""Characters of a text that others wrote; what is longer is cut, and says so."""
_LACKS: Final = re.compile(r'the text `?"(?P<text>.+?)"`? could not be displayed', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_FAR: Final = ((0x0590, 0x08FF), (0x0900, 0x1FFF), (0x2E80, 0xD7FF), (0xE000, 0xFAFF),
               (0x10000, 0x1EFFF), (0x1F000, 0x1FFFF), (0x20000, 0x10FFFF))  # fmt: skip
"""Ranges of which a font holds all that is written together, or nothing."""
_BREAKS: Final = re.compile(r"(?<=[/:_.@-])(?=\w)|(?<=\w{24})(?=\w)")
_ZERO_WIDTH_SPACE: Final = "\u200b"


def summary(dossier: Dossier) -> bytes:
    """Return the summary as PDF: the same bytes for the same state.

    Raises:
        ConfigError: Typst is not installed.
    """
    typst = require("typst")
    told = contents(dossier)
    lacking: set[str] = set()
    while True:
        try:
            return _set(typst, spelled(told, lacking), dossier.known_at)
        except typst.TypstError as error:
            more = _lacking(error.message) - lacking
            if not more:
                raise
            lacking |= _with_neighbours(more, told)


def _set(typst: Any, told: dict[str, Any], at: datetime) -> bytes:
    """Return the pages, or fail with a text that no font holds."""
    compiler = typst.Compiler(
        resources.files(__package__).joinpath(TEMPLATE).read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told)},
    )
    pdf: bytes = compiler.compile(
        format="pdf",
        pdf_standards=list(STANDARDS),
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return pdf


def _lacking(message: str) -> set[str]:
    """Return the characters of the text that an error says no font holds, in Rust's escapes."""
    found = _LACKS.search(message)
    text = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), found["text"]) if found else ""
    return {one for one in text if not one.isascii()}


def contents(dossier: Dossier) -> dict[str, Any]:
    """Return what the template sets: texts and numbers alone."""
    sealed = dossier.sealed
    status = dossier.assessment.control_status
    by_status = dossier.counts
    return {
        "organisation": _told(dossier.organisation),
        "scope": _told(dossier.scope),
        "frameworks": dossier.asked or "all frameworks that are on",
        "state": "as published" if dossier.is_published else "judged anew over what is published",
        "as_of": f"{dossier.as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "known_at": f"{dossier.known_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "catalogue": dossier.catalogue_version,
        "release": dossier.release,
        "checkpoint": (
            _told(f"{sealed.name}, {sealed.size} entries, root {sealed.root}")
            if sealed
            else "there is no log"
        ),
        "coverage": _told(f"{dossier.coverage[:1].upper()}{dossier.coverage[1:]}."),
        "counts": [
            {"status": name, "count": by_status[name], "says": STATUSES[name]}
            for name in STATUSES
            if name in by_status
        ],
        "controls": status.height,
        "tested": int(status["tested"].sum()),
        "members": int(status["population"].sum()),
        "reperformed": int(dossier.population["is_reperformed"].sum()),
        "sources": dossier.source.height,
        "records": int(dossier.source["record_count"].sum()),
        "by_framework": _by_framework(dossier),
        "failing": _failing(dossier),
        "waiting": _exceptions_ahead(dossier),
        "unknown": _unknown(dossier),
        "caveat": CAVEAT,
        "handling": HANDLING,
    }


def spelled(told: Any, lacking: set[str]) -> Any:
    """Return the contents with characters that no font holds spelled out, and a note if any are."""
    if not lacking:
        return told | {"is_spelled": False}
    table = {ord(one): f"[U+{ord(one):04X}]" for one in lacking}
    return _translated(told, table) | {"is_spelled": True}


def _translated(told: Any, table: dict[int, str]) -> Any:
    if isinstance(told, str):
        return told.translate(table)
    if isinstance(told, list):
        return [_translated(one, table) for one in told]
    if isinstance(told, dict):
        return {name: _translated(one, table) for name, one in told.items()}
    return told


def _with_neighbours(lacking: set[str], told: dict[str, Any]) -> set[str]:
    """Return these characters, and those of their ranges that are in the text: one try for all."""
    text = {*json.dumps(told, ensure_ascii=False)}
    ranges = [(a, b) for a, b in _FAR if any(a <= ord(one) <= b for one in lacking)]
    return lacking | {one for one in text if any(a <= ord(one) <= b for a, b in ranges)}


def _by_framework(dossier: Dossier) -> list[dict[str, Any]]:
    """Return how many controls of each framework have each status."""
    status = dossier.assessment.control_status.select("control_id", "status")
    clauses = dossier.assessment.control_clause.select("control_id", "framework")
    found = clauses.join(status, on="control_id")
    rows = []
    for row in dossier.framework.rows(named=True):
        of_it = found.filter(pl.col("framework") == row["framework"])["status"]
        counted = dict(of_it.value_counts().iter_rows())
        if counted:
            rows.append(
                {
                    "title": _told(row["title"]),
                    "kind": row["kind"],
                    "counts": {name: counted.get(name, 0) for name in STATUSES},
                    "controls": of_it.len(),
                }
            )
    return rows


def _failing(dossier: Dossier) -> list[dict[str, Any]]:
    """Return each control that fails, with the first of its exceptions."""
    rows = dossier.titled.filter(pl.col("status") == "FAIL")
    return [_with_exceptions(dossier, row) for row in rows.rows(named=True)]


def _exceptions_ahead(dossier: Dossier) -> list[dict[str, Any]]:
    """Return each control that does not hold yet and is not ready."""
    is_behind = (pl.col("status") == "NOT_YET") & (
        pl.col("readiness").is_in(["FAIL", "NOT_ASSESSABLE", "NOT_ATTESTED"])
    )
    rows = dossier.titled.filter(is_behind).rows(named=True)
    return [
        _about(row) | {"from": str(row["applies_from"]), "readiness": row["readiness"]}
        for row in rows
    ]


def _unknown(dossier: Dossier) -> list[dict[str, Any]]:
    """Return each control of which something is still to be told."""
    is_lacking = pl.col("status").is_in(["NOT_ASSESSABLE", "NOT_ATTESTED"])
    rows = dossier.titled.filter(is_lacking).rows(named=True)
    return [
        _about(row) | {"status": row["status"], "deliver": _told(row["deliver"] or "-")}
        for row in rows
    ]


def _with_exceptions(dossier: Dossier, row: dict[str, Any]) -> dict[str, Any]:
    of_it = dossier.assessment.exception.filter(pl.col("control_id") == row["control_id"])
    shown = of_it.sort(
        "is_waived", "age_days", "object_id", descending=[False, True, False], nulls_last=True
    ).head(SHOWN)
    return _about(row) | {
        "clause": _told(row["clause"]),
        "blocks": row["is_blocking"],
        "waived": row["waived_count"],
        "count": of_it.height,
        "more": of_it.height - shown.height,
        "exceptions": [_exception(one) for one in shown.rows(named=True)],
    }


def _exception(row: dict[str, Any]) -> dict[str, Any]:
    waived = f"waived by {row['waived_by']}" if row["is_waived"] else ""
    until = f" until {row['waived_until_at']:%Y-%m-%d}" if waived and row["waived_until_at"] else ""
    return {
        "object": _told(row["object_id"]),
        "finding": _told(row["finding"]),
        "age": "" if row["age_days"] is None else f"{row['age_days']:,} d",
        "owner": _told(row["owner_id"] or "nobody"),
        "due": f"{row['due_at']:%Y-%m-%d}" if row["due_at"] else "",
        "waived": _told(waived + until) if waived else "",
    }


def _about(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "control": _told(row["control_id"]),
        "title": _told(row["title"]),
        "reason": _told(row["reason"]),
    }


def _told(text: str) -> str:
    """Return a text on one line, cut if it is long, that can be broken where names have joints."""
    whole = line(text)
    left = len(whole) - LONGEST
    short = f"{whole[:LONGEST]}… ({left:,} more characters)" if left > 0 else whole
    return _BREAKS.sub(_ZERO_WIDTH_SPACE, short)
