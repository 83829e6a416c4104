"""Texts that somebody who means harm, or who writes another language, puts into a name."""

from __future__ import annotations

from typing import Final

FORMULAS: Final = (
    '=HYPERLINK("http://evil.example","pay")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1",
    "=cmd|' /C calc'!A0", "\uff1d1+1", "'=1",
)  # fmt: skip
CONTROLS: Final = ("a\x00b", "a\x1b[2Jb", "a\x07", "a\x85b", "a\ufffeb", "a\uffffb", "_x0041_")
TURNED: Final = ("a\u202egnp.exe", "a\u2066b\u2069", "\u200fa")
MARKUP: Final = (
    "#panic()", "$ x^2 $", "*bold* _thin_ `code`", "<b>&amp;</b>", "]]><x/>",
    "{{ insert: param, a }}",
    '#read("/etc/passwd")', "\\", "// gone", "@label <label>",
)  # fmt: skip
SCRIPTS: Final = (
    "Жанна Ёлкина", "Ωmega", "שלום עולם", "محمد بن سلمان", "王小明", "김민수", "やまだ",
    "हिन्दी", "🔥👩‍🔬", "\U0001d518\U0001d52b",
    "\ue000\U0010ffff", "e\u0301\u0327",
)  # fmt: skip
LONG: Final = ("x" * 40_000, "🔥" * 20_000, "a b " * 10_000, "line\n" * 9_000)
BLANK: Final = ("", " ", "\n", " padded ")
ALL: Final = (*FORMULAS, *CONTROLS, *TURNED, *MARKUP, *SCRIPTS, *LONG, *BLANK)
