"""A decision as text: at most 80 columns wide, without colours, safe in the log of any pipeline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, chop_cells, set_cell_size

from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.wording import (
    SHOWN,
    compared,
    judged,
    moment,
    reason,
    remedy,
    sentence,
    standing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

WIDTH: Final = 80
_HEADS: Final = ("gate", "result", "found", "asked for")
_WIDEST: Final = (27, 7, 18, 18)
"""With three spaces between them and one that a broken command may take, 80 columns."""
_GAP: Final = "   "
_INDENT: Final = 10
_SIGN: Final = re.compile(r"#(?=#)")


def as_text(decision: Decision, circumstances: Circumstances) -> str:
    """Return the verdict, a table of the gates, and of each that blocks why and what is next."""
    lines = [
        *_wrapped(sentence(decision), WIDTH - 1),
        *(["", *_table(decision.gates)] if decision.gates else []),
        *(line for gate in decision.blocking for line in ("", *_told(gate))),
        "",
        *_foot(decision, circumstances),
    ]
    return "".join(f"{_unread(line.rstrip())}\n" for line in lines)


def _table(gates: Sequence[GateResult]) -> Iterator[str]:
    cells = [(gate.gate, SHOWN[standing(gate)], gate.observed, gate.threshold) for gate in gates]
    rows = [_HEADS, *(tuple(_clean(cell) for cell in row) for row in cells)]
    widths = [
        min(max(cell_len(row[place]) for row in rows), most) for place, most in enumerate(_WIDEST)
    ]
    for number, row in enumerate(rows):
        yield _GAP.join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True))
        if number == 0:
            yield "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))


def _told(gate: GateResult) -> Iterator[str]:
    """Yield why a gate blocks and what to do."""
    yield from _named(SHOWN[standing(gate)], gate.gate)
    parts = (("why", reason(gate)), ("values", compared(gate)), ("next", remedy(gate)))
    for word, text in parts:
        if text:
            yield from _named(f"  {word}", text)


def _foot(decision: Decision, circumstances: Circumstances) -> Iterator[str]:
    """Yield what it rests on."""
    asked = f"{circumstances.requested_by}, {moment(circumstances.decided_at)}"
    parts = (
        ("decision", decision.decision_id),
        ("policy", decision.policy_sha256),
        ("artifact", decision.artifact_sha256 or "nobody has registered its digest"),
        ("approved", decision.submission or "nothing was submitted"),
        ("judged", judged(circumstances)),
        ("asked by", asked),
        ("pipeline", circumstances.ci_run),
    )
    for word, text in parts:
        if text:
            yield from _named(word, text)


def _named(word: str, text: str) -> Iterator[str]:
    """Yield a text beside its name, continued below itself."""
    for number, line in enumerate(_wrapped(text, WIDTH - 1 - _INDENT)):
        yield f"{'' if number else word:<{_INDENT}}{line}"


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of so many columns; a word that is longer is broken."""
    lines = [""]
    pieces = (piece for word in _clean(text).split(" ") for piece in chop_cells(word, width))
    for piece in pieces:
        joined = f"{lines[-1]} {piece}" if lines[-1] else piece
        if cell_len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines


def _clean(text: str) -> str:
    """Return a text without the sign by which GitHub, Azure and TeamCity know commands anywhere."""
    return _SIGN.sub("# ", one_line(text))


def _fitted(text: str, width: int) -> str:
    """Return a text in exactly so many columns."""
    if cell_len(text) > width:
        return set_cell_size(set_cell_size(text, width - 1) + "…", width)
    return set_cell_size(text, width)


def _unread(line: str) -> str:
    """Return a line that no pipeline takes for a command at its beginning."""
    at = len(line) - len(line.lstrip())
    return f"{line[:at]}: :{line[at + 2 :]}" if line.startswith("::", at) else line
