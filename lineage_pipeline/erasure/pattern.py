"""Identifiers in bytes and in columns: as whole words, however JSON and URLs spell them.

`subj-1` is not found in `subj-12`. In `eu-subj-1` it is, joined to a longer word: that may be
somebody else, as `mary.jane@example.org` is who holds `jane@example.org`, so that people decide.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEEPEST: Final = 16
"""So many backslashes at most stand before what is escaped: JSON in JSON, five levels deep."""
WIDEST: Final = 4
"""So many blanks at most stand between two words of a name."""
BLANKS: Final = (" ", "\t", "\n", "\u00a0")
"""What may stand where a name has a blank, in any spelling; in URLs `+` as well."""
_HEX: Final = rb"[0-9a-fA-F]"
_LETTERS: Final = (
    rb"\\u[1-9a-fA-F]" + 3 * _HEX, rb"\\u0[1-9a-fA-F]" + 2 * _HEX, rb"\\u00[89a-fA-F]" + _HEX,
    rb"\\u003[0-9]", rb"\\u00[46][1-9a-fA-F]", rb"\\u00[57][0-9aA]",
    rb"%[89a-fA-F]" + _HEX, rb"%3[0-9]", rb"%[46][1-9a-fA-F]", rb"%[57][0-9aA]",
    rb"[\x80-\xff]", rb"[_\-]",
)  # fmt: skip
"""What joins an identifier to a longer word: letters and digits in any spelling, and dashes.

Beyond ASCII all counts as a letter: where it is none, people see that.
"""
_ESCAPED: Final = (
    rb"(?<=\\[nrtbf\"/\\])", rb"(?<=\\u[0-9a-fA-F]{4})", rb"(?<=%[0-9a-fA-F]{2})",
)  # fmt: skip
"""What stands before an identifier and only looks as if it continued it to the left."""
_BEFORE: Final = rb"(?:(?<![A-Za-z0-9])" + b"".join(b"|" + one for one in _ESCAPED) + rb")"
_BEHIND: Final = rb"(?![A-Za-z0-9])"
_NOT_JOINED: Final = b"".join(b"(?<!" + one + b")" for one in _LETTERS)
_ALONE: Final = (_NOT_JOINED, b"".join(b"(?!" + one + b")" for one in _LETTERS))
"""Around an identifier that is not joined to a longer word."""
_ALONE_ADDRESS: Final = (
    rb"(?<![\w\-\x80-\xff][.+@])" + _ALONE[0], rb"(?![.@][A-Za-z0-9\x80-\xff])" + _ALONE[1],
)  # fmt: skip


class Pattern:
    """The identifiers of one person.

    Attributes:
        longest: the bytes of the longest spelling.
    """

    longest: int

    def __init__(self, identifiers: Iterable[str]) -> None:
        """Look for these, whether they are written in upper or lower case."""
        forms = [(one, form) for one in identifiers for form in _forms(one)]
        spelled = [(one, [_written(letter) for letter in form]) for one, form in forms]
        self._letters = "|".join(sorted({_any_spelling(letters) for _, letters in spelled}))
        self._words = _any_of(_word(letters) for _, letters in spelled)
        self._alone = _any_of(_alone(one, letters) for one, letters in spelled)
        self.longest = max(sum(map(_longest, letters)) for _, letters in spelled)

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where identifiers stand in bytes: the first byte, and that behind the last."""
        return (found.span() for found in self._words.finditer(data))

    def is_alone(self, data: bytes, start: int) -> bool:
        """Return whether the identifier that begins there is a whole word."""
        return self._alone.match(data, start) is not None

    def is_in(self, text: str) -> bool:
        """Return whether a text holds an identifier as a whole word."""
        return self._alone.search(text.encode()) is not None

    def is_near(self, text: str) -> bool:
        """Return whether a text holds an identifier, be it joined to a longer word."""
        return self._words.search(text.encode()) is not None

    def masked(self, text: str) -> str:
        """Return a text in which `x` stands for identifiers."""
        return self._words.sub(b"x", text.encode()).decode()

    def rows(self, table: pa.Table | pa.RecordBatch) -> dict[int, bool]:
        """Return the rows of which some text holds an identifier: whether as a whole word.

        They are told by their numbers, in order.
        """
        found: dict[int, bool] = {}
        for column in table.itercolumns():
            if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
                continue
            for number in self._candidates(column):
                text = column[number].as_py()
                if self.is_near(text):
                    found[number] = found.get(number, False) or self.is_in(text)
        return dict(sorted(found.items()))

    def _candidates(self, column: pa.Array | pa.ChunkedArray) -> Iterator[int]:
        """Yield the rows that hold the letters of an identifier, perhaps within a longer word."""
        has = pc.match_substring_regex(column, self._letters, ignore_case=True)
        yield from pc.indices_nonzero(pc.fill_null(has, pa.scalar(value=False))).to_pylist()


def _forms(identifier: str) -> set[str]:
    """Return an identifier composed, and not, and as it is given."""
    return {identifier, *(unicodedata.normalize(form, identifier) for form in ("NFC", "NFD"))}


def _written(letter: str) -> list[str]:
    """Return how a letter may be written in upper and lower case, in JSON and in URLs."""
    if letter == " ":
        return sorted({"+", *(one for blank in BLANKS for one in _spelled(blank))})
    found = {"\\/"} if letter == "/" else set()
    for one in {letter, letter.lower(), letter.upper(), letter.casefold()}:
        found |= _spelled(one)
    return sorted(found)


def _spelled(one: str) -> set[str]:
    """Return a letter as it is, and as JSON and URLs escape it."""
    units = one.encode("utf-16-be").hex()
    return {
        one,
        json.dumps(one)[1:-1],
        "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)),
        "".join(f"%{byte:02x}" for byte in one.encode()),
    }


def _any_spelling(letters: Iterable[Sequence[str]]) -> str:
    return "".join(map(_any_of_letter, letters))


def _any_of_letter(spellings: Sequence[str]) -> str:
    """Return a pattern of one letter; what is escaped in what is escaped has more backslashes."""
    deep = f"\\\\{{1,{DEEPEST}}}"
    any_of = "|".join(
        deep + re.escape(one[1:]) if re.match(r"\\[^\\]", one) else re.escape(one)
        for one in spellings
    )
    return f"(?:{any_of})" + (f"{{1,{WIDEST}}}" if " " in spellings else "")


def _longest(spellings: Sequence[str]) -> int:
    """Return the bytes of the longest spelling of a letter."""
    plain = max(len(one.encode()) for one in spellings) + DEEPEST
    return plain * WIDEST if " " in spellings else plain


def _any_of(patterns: Iterable[bytes]) -> re.Pattern[bytes]:
    return re.compile(b"|".join(sorted({*patterns})), re.IGNORECASE)


def _word(letters: list[list[str]]) -> bytes:
    first = {one.encode()[:1] for one in letters[0]}
    # A look at one byte, before all others are.
    begins = b"(?=[" + b"".join(sorted(map(re.escape, first))) + b"])"
    return begins + _BEFORE + _any_spelling(letters).encode() + _BEHIND


def _alone(identifier: str, letters: list[list[str]]) -> bytes:
    before, behind = _ALONE_ADDRESS if "@" in identifier else _ALONE
    return before + _word(letters) + behind
