"""A decision as GitHub Actions shows it: annotations by workflow commands, and a step's summary.

Source: GitHub, workflow commands; a command is one line, whose data and properties are escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage_pipeline.governance.outputs.inert import one_line
from lineage_pipeline.governance.outputs.markdown import as_markdown
from lineage_pipeline.governance.outputs.wording import (
    compared,
    label,
    level,
    reason,
    remedy,
    sentence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lineage_pipeline.governance.decision import Circumstances, Decision, GateResult

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}
_LONGEST: Final = 1000
"""An annotation is read beside code."""


def as_commands(decision: Decision, _: Circumstances) -> str:
    """Return workflow commands: the verdict, then each gate that does not pass.

    What blocks comes first, as GitHub shows ten annotations of a level in a step.
    """
    return "".join(f"{command}\n" for command in _commands(decision))


def append_summary(decision: Decision, circumstances: Circumstances, file: Path) -> None:
    """Add the decision to the summary of a step: to the file that `$GITHUB_STEP_SUMMARY` names.

    Raises:
        OSError: it cannot be written.
    """
    with file.open("a", encoding="utf-8", newline="\n") as summary:
        summary.write(f"\n{as_markdown(decision, circumstances)}")


def _commands(decision: Decision) -> Iterator[str]:
    blocks = decision.exit_code != 0
    yield _command("error" if blocks else "notice", f"gate: {label(decision)}", sentence(decision))
    others = [gate for gate in decision.gates if not gate.is_blocking]
    for gate in (*decision.blocking, *others):
        loudness = level(decision, gate)
        if loudness is not None:
            yield _command(_COMMANDS[loudness], f"gate: {gate.gate}", *_told(gate))


def _told(gate: GateResult) -> Iterator[str]:
    yield reason(gate)
    if compared(gate):
        yield compared(gate)
    if remedy(gate):
        yield f"next: {remedy(gate)}"


def _command(command: str, title: str, *lines: str) -> str:
    named = _data(one_line(title, _LONGEST)).replace(":", "%3A").replace(",", "%2C")
    said = _data("\n".join(one_line(line, _LONGEST) for line in lines))
    return f"::{command} title={named}::{said}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
