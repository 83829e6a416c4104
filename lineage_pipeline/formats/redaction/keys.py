"""What a key says of its value: a secret, an environment, a program."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lineage_pipeline.formats.redaction.vocabulary import (
    ALWAYS_ENVIRONMENTS,
    CODE_KEYS,
    DESCRIBING,
    ENVIRONMENT_PREFIXES,
    ENVIRONMENTS,
    HARD,
    MODEL_TOKENS,
    NO_PASSWORD,
    NOT_BEHIND,
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
_HARD_WORDS: Final = frozenset(HARD) & _WHOLE
_MODEL_TOKEN: Final = re.compile(
    rf"(?:{'|'.join(MODEL_TOKENS)})[{re.escape(_SEPARATORS)}]?\Z", re.IGNORECASE
)
_NO_LETTER: Final = re.compile(r"[^a-z0-9]+")
_ALWAYS_ENVIRONMENT: Final = re.compile(
    rf"(?:{_pattern(ALWAYS_ENVIRONMENTS)})(?:iable|ironment)?s?", re.IGNORECASE | re.ASCII
)


def names_secret(key: str) -> bool:
    """Return whether what stands under the key is a secret."""
    return _of_key(key)[0] if len(key) <= _LONGEST else _judged(key)[0]


def names_number(key: str) -> bool:
    """Return whether the key names a secret that may be a number."""
    return _of_key(key)[1] if len(key) <= _LONGEST else _judged(key)[1]


@lru_cache(_REMEMBERED)
def _of_key(key: str) -> tuple[bool, bool]:
    return _judged(key)


def _judged(key: str) -> tuple[bool, bool]:
    """Return whether the key names a secret, and one that may be a number."""
    is_part = any(
        found[0].lower() != "token" or not _MODEL_TOKEN.search(key, max(0, found.start() - 16), found.start())
        for found in _PART.finditer(key)
    )
    words = [word.lower() for word in _WORD.findall(key)]
    whole = [word for place, word in enumerate(words) if _is_whole(words, place)]
    if not (is_part or whole):
        return False, False
    is_about = bool(words) and words[-1] in DESCRIBING
    is_hard = _HARD_PART.search(key) is not None or not _HARD_WORDS.isdisjoint(whole)
    return True, is_hard and not is_about


def _is_whole(words: list[str], place: int) -> bool:
    """Return whether a word of a key is a secret's name, and the others do not say otherwise."""
    if words[place] not in _WHOLE or not DESCRIBING.isdisjoint(words[place + 1 :]):
        return False
    return words[place] != "pass" or place == 0 or words[place - 1] not in NO_PASSWORD


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
