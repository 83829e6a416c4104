"""What a key says of its value: a secret, an environment, a program."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from lineage_pipeline.formats.redaction.vocabulary import (
    ABOUT_THEM,
    ALWAYS_ENVIRONMENTS,
    CODE_KEYS,
    DESCRIBING,
    ENVIRONMENT_PREFIXES,
    ENVIRONMENTS,
    HARD,
    MODEL_TOKENS,
    NO_PASSWORD,
    NOT_BEHIND,
    OF_TEXTS,
    PARTS,
    VALUING,
    WHOLE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_REMEMBERED: Final = 1 << 14
_LONGEST: Final = 256
"""Longer keys are not remembered."""
_SEPARATORS: Final = "_-. "


def _pattern(words: Iterable[str]) -> str:
    """Return an expression for any of the words, each separator or none for a space."""
    found = []
    for word in words:
        expression = word.replace(" ", rf"[{re.escape(_SEPARATORS)}]?")
        last = word.rpartition(" ")[2]
        others = NOT_BEHIND.get(last)
        found.append(f"{expression}(?!{others})" if others else expression)
    return "|".join(found)


_PART: Final = re.compile(_pattern(PARTS), re.IGNORECASE | re.ASCII)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_WHOLE: Final = frozenset(WHOLE)
_HARD_PART: Final = re.compile(_pattern(word for word in HARD if word not in WHOLE), re.IGNORECASE)
_OF_TEXTS: Final = re.compile(_pattern(OF_TEXTS), re.IGNORECASE)
_HARD_WORDS: Final = frozenset(HARD) & _WHOLE
_MODEL_TOKEN: Final = re.compile(
    rf"(?:{'|'.join(MODEL_TOKENS)})[{re.escape(_SEPARATORS)}]?\Z", re.IGNORECASE
)
_COUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_NO_LETTER: Final = re.compile(r"[^a-z0-9]+")
_ALWAYS_ENVIRONMENT: Final = re.compile(
    rf"(?:{_pattern(ALWAYS_ENVIRONMENTS)})(?:iable|ironment)?s?", re.IGNORECASE | re.ASCII
)


class Naming(NamedTuple):
    """What the name of a secret says.

    Attributes:
        is_secret: whether it is one at all.
        is_number: whether the secret may be a number.
        is_text: whether it is one only as a text, not as an object.
        is_count: whether a number in quotes is none: `max_tokens` of a model.
    """

    is_secret: bool
    is_number: bool
    is_text: bool
    is_count: bool


_NO_SECRET: Final = Naming(is_secret=False, is_number=False, is_text=False, is_count=False)


def naming(key: str) -> Naming:
    """Return what the key says of what stands under it."""
    return _remembered(key) if len(key) <= _LONGEST else _judged(key)


def names_secret(key: str) -> bool:
    """Return whether what stands under the key is a secret."""
    return naming(key).is_secret


@lru_cache(_REMEMBERED)
def _remembered(key: str) -> Naming:
    return _judged(key)


def _judged(key: str) -> Naming:
    parts = [found[0] for found in _PART.finditer(key) if _is_part(key, found)]
    words = [word.lower() for word in _WORD.findall(key)]
    whole = [word for place, word in enumerate(words) if _is_whole(words, place)]
    last = words[-1] if words else ""
    is_text = not whole and all(_OF_TEXTS.fullmatch(part) for part in parts)
    if not (parts or whole) or (is_text and last in ABOUT_THEM):
        return _NO_SECRET
    is_hard = _HARD_PART.search(key) is not None or not _HARD_WORDS.isdisjoint(whole)
    return Naming(
        is_secret=True,
        is_number=is_hard and last not in DESCRIBING,
        is_text=is_text,
        is_count=not whole and all(part.lower() == "token" for part in parts),
    )


def _is_part(key: str, found: re.Match[str]) -> bool:
    """Return whether a part of a key is not one of an entry of a model's vocabulary."""
    before = max(0, found.start() - len("special_"))
    return found[0].lower() != "token" or not _MODEL_TOKEN.search(key, before, found.start())


def _is_whole(words: list[str], place: int) -> bool:
    """Return whether a word of a key is a secret's name, and the others do not say otherwise."""
    if words[place] not in _WHOLE or not DESCRIBING.isdisjoint(words[place + 1 :]):
        return False
    return words[place] != "pass" or place == 0 or words[place - 1] not in NO_PASSWORD


def is_count(text: str) -> bool:
    """Return whether the text is a number, and not as long as one that nobody guesses."""
    return _COUNT.fullmatch(text) is not None


@lru_cache(_REMEMBERED)
def names_environment(key: str) -> bool:
    """Return whether an object or list under the key holds environment variables."""
    return "env" in key.lower() and _packed(key) in ENVIRONMENTS


@lru_cache(_REMEMBERED)
def always_environment(key: str) -> bool:
    """Return whether whatever stands under the key holds environment variables."""
    return _ALWAYS_ENVIRONMENT.fullmatch(key) is not None


@lru_cache(_REMEMBERED)
def names_variable(key: str) -> bool:
    """Return whether the key is a setting that sets an environment variable elsewhere."""
    folded = key.lower()
    return any(prefix in folded for prefix in ENVIRONMENT_PREFIXES)


@lru_cache(_REMEMBERED)
def names_code(key: str) -> bool:
    """Return whether a text under the key is a program."""
    return _packed(key) in CODE_KEYS


@lru_cache(_REMEMBERED)
def names_value(key: str) -> bool:
    """Return whether the value of an object that also names it stands under the key."""
    folded = key.lower()
    return folded in VALUING or folded.endswith(("value", "values"))


def _packed(key: str) -> str:
    return _NO_LETTER.sub("", key.lower())
