"""Text that fits a box: what is unprintable made visible, what is too long cut in the middle."""

import re
import unicodedata
from typing import Final

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
UNNAMED: Final = "(unnamed)"

# What XML forbids, what reorders text and what draws nothing. Listed by code point and not by
# Unicode category, because categories change with the Unicode version of the Python that runs.
_UNPRINTABLE: Final = re.compile(
    "["
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    r"\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U000e0000-\U000e0fff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)
_BREAK_AFTER: Final = frozenset(" _-./:@,;|\\")

# Advance widths of Helvetica and Arial in thousandths of the font size. Other sans-serif fonts
# differ by a few per cent, which the padding of a box absorbs.
_ADVANCE: Final = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys(" !,./:;I[]\\ft", 278),
    **dict.fromkeys("()-`r", 333),
    **dict.fromkeys('"*', 370),
    **dict.fromkeys("csvxyzkJ^", 500),
    **dict.fromkeys("+<=>~", 584),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("Mm", 833),
    **dict.fromkeys("%", 889),
    **dict.fromkeys("W", 944),
    **dict.fromkeys("@" + ELLIPSIS, 1000),
}
_ASCII_ADVANCE: Final = 556
_NARROW_ADVANCE: Final = 640
_WIDE_ADVANCE: Final = 1000
# It takes no room, but a heap of five hundred on one letter must end somewhere.
_COMBINING_ADVANCE: Final = 250
# Long enough for any box, short enough that a name of a megabyte costs nothing.
_READ_LIMIT: Final = 240


def printable_text(text: str) -> str:
    r"""Return the text with every character that is forbidden or invisible written as `\uXXXX`.

    Nothing is removed: a name that hides a bidirectional override shows it, and two names that
    differ only in such a character look different.

    Source: XML 1.0 (Fifth Edition), 2.2 Characters; Unicode Technical Report 36, 2.4.
    """
    return _UNPRINTABLE.sub(_escaped, text)


def text_width(text: str, font_size: float) -> float:
    """Return the estimated width of a line in the units of `font_size`."""
    return sum(map(_advance, text)) * font_size / 1000


def shortened(text: str, width: float, font_size: float) -> str:
    """Return the text, its middle replaced by an ellipsis where it is wider than `width`."""
    clipped = _readable(text)
    if text_width(clipped, font_size) <= width:
        return clipped
    head_width = (width - text_width(ELLIPSIS, font_size)) / 2
    head = _prefix(clipped, head_width, font_size).rstrip()
    return head + ELLIPSIS + _suffix(clipped, head_width, font_size)


def wrapped_label(text: str, width: float, font_size: float) -> tuple[str, ...]:
    """Return the label in one or two lines of at most `width`, its middle cut where that is short.

    A name keeps its beginning on the first line and its end on the second, since the end is what
    tells siblings of one namespace apart.
    """
    clipped = _readable(text) or UNNAMED
    if text_width(clipped, font_size) <= width:
        return (clipped,)
    for head in (_broken_prefix(clipped, width, font_size), _prefix(clipped, width, font_size)):
        tail = clipped[len(head) :].strip()
        if text_width(tail, font_size) <= width:
            return (head.rstrip(), tail)
    head = _prefix(clipped, width - text_width(ELLIPSIS, font_size), font_size)
    return (head.rstrip() + ELLIPSIS, _suffix(clipped, width, font_size))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _advance(character: str) -> int:
    if character.isascii():
        return _ADVANCE.get(character, _ASCII_ADVANCE)
    if unicodedata.combining(character):
        return _COMBINING_ADVANCE
    is_wide = unicodedata.east_asian_width(character) in "WF"
    return _ADVANCE.get(character, _WIDE_ADVANCE if is_wide else _NARROW_ADVANCE)


def _readable(text: str) -> str:
    if len(text) > 2 * _READ_LIMIT:
        text = text[:_READ_LIMIT] + ELLIPSIS + text[-_READ_LIMIT:]
    return printable_text(text).strip()


def _prefix(text: str, width: float, font_size: float) -> str:
    used = 0.0
    for index, character in enumerate(text):
        used += text_width(character, font_size)
        if used > width:
            return text[:index]
    return text


def _suffix(text: str, width: float, font_size: float) -> str:
    tail = _prefix(text[::-1], width, font_size)[::-1]
    # A combining mark without its letter would be drawn on the character before it.
    start = next((i for i, character in enumerate(tail) if not unicodedata.combining(character)), 0)
    return tail[start:].lstrip()


def _broken_prefix(text: str, width: float, font_size: float) -> str:
    longest = _prefix(text, width, font_size)
    shortest = len(longest) // 3
    for end in range(len(longest), shortest, -1):
        if text[end - 1] in _BREAK_AFTER:
            return text[:end]
    return longest
