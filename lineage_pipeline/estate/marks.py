"""What parts of a plot say: a word, a sign and a fill each, so that no colour stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from lineage_pipeline.pictures.markup import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Mark(NamedTuple):
    """How one kind of part is drawn.

    Attributes:
        fill: its class in the style sheet: good, bad, open, wait, said, none, hatch or striped.
        sign: one character that stands for it.
        word: what it says.
    """

    fill: str
    sign: str
    word: str


Marks: TypeAlias = Mapping[str | None, Mark]
"""The marks of a plot by what they stand for, in the order in which they are stacked."""

STATUS: Final[Marks] = {
    "FAIL": Mark("bad", "✕", "fail"),
    "NOT_ASSESSABLE": Mark("hatch", "?", "not assessable"),
    "NOT_ATTESTED": Mark("open", "○", "not attested"),
    "NOT_YET": Mark("wait", "…", "not yet in force"),
    "ATTESTED": Mark("said", "✎", "attested"),
    "PASS": Mark("good", "✓", "pass"),
    "N_A": Mark("none", "\N{EN DASH}", "does not apply"),
}
"""The statuses of controls, in the order in which people want to see them."""
STATE: Final[Marks] = {
    "monitoring": Mark("good", "●", "serving, measured"),
    "production": Mark("open", "◐", "serving, not measured"),
    "staging": Mark("wait", "△", "staging"),
    "development": Mark("said", "□", "development"),
    "retired": Mark("none", "\N{EN DASH}", "retired"),
    None: Mark("hatch", "?", "no version listed"),
}
"""The states of a model: that of its version that is furthest."""
VERDICT: Final[Marks] = {
    "deny": Mark("bad", "✕", "deny"),
    "break_glass": Mark("open", "!", "break-glass"),
    "unknown": Mark("hatch", "?", "unknown"),
    "deploy": Mark("good", "✓", "deploy"),
}
"""The verdicts of the gates."""
RESULT: Final[Marks] = {
    "fail": Mark("bad", "✕", "fail"),
    "unknown": Mark("hatch", "?", "unknown"),
    "pass": Mark("good", "✓", "pass"),
}
"""The results of one gate."""
COURSE: Final[Marks] = {
    "overdue": Mark("bad", "!", "overdue"),
    "open": Mark("open", "○", "nobody assigned"),
    "assigned": Mark("wait", "→", "assigned"),
    "waived": Mark("none", "\N{EN DASH}", "waived"),
}
"""What is done about an exception."""
BEGINS: Final[Marks] = {
    "nothing": Mark("bad", "✕", "no data known"),
    "astray": Mark("open", "!", "begins at data that are not raw"),
    "unknown": Mark("hatch", "?", "begins at data of unknown stage"),
    "raw": Mark("good", "✓", "begins at raw data alone"),
}
"""How far back the lineage of a version leads."""
VERDICT_OF_OBJECT: Final[Marks] = {
    "due": Mark("bad", "!", "past its time"),
    "conflict": Mark("said", "≠", "rules conflict"),
    "held": Mark("open", "■", "legal hold"),
    "needed": Mark("striped", "↑", "something live needs it"),
    "minimum": Mark("good", "✓", "must stay for now"),
    "until": Mark("wait", "→", "stays until it must go"),
    "kept": Mark("none", "\N{EN DASH}", "no rule says it goes"),
    "unknown": Mark("hatch", "?", "class or age unknown"),
}
"""What holds for an object that is kept."""


def key_of(mark: Mark) -> str:
    """Return a small field in the fill of a mark, for legends; readers skip it."""
    return (
        '<svg class="key" width="14" height="14" aria-hidden="true">'
        f'<rect width="14" height="14" class="{mark.fill}"/></svg>'
    )


def worded(mark: Mark) -> str:
    """Return a mark as a word with its sign, in its colour."""
    return (
        f'<span class="mark {mark.fill}"><span aria-hidden="true">{mark.sign}</span> '
        f"{text_of(mark.word)}</span>"
    )


def legend(marks: Sequence[Mark]) -> str:
    """Return what the fills of a plot say, as a list."""
    items = "".join(f"<li>{key_of(mark)} {mark.sign} {text_of(mark.word)}</li>" for mark in marks)
    return f'<ul class="legend">{items}</ul>'
