"""SQL texts parsed, within bounds: of size, of nesting and of steps, never of time."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.tokenizer_core import TokenType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlglot import exp
    from sqlglot.tokenizer_core import Token

MAX_CHARACTERS: Final = 200_000
MAX_TOKENS: Final = 40_000
MAX_NESTING: Final = 100
"""Brackets and CASEs that may be open at once."""
STEPS_PER_TOKEN: Final = 30
"""How often the parser may look at a token, on the average; 1 to 2 is what texts take."""
FRAMES: Final = 10_000
"""Python's own limit on recursion while a text is read: the one above comes first."""

_OPENING: Final = frozenset(
    {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
)
_CLOSING: Final = frozenset(
    {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
)
_PREFIX: Final = frozenset({TokenType.NOT, TokenType.DASH, TokenType.TILDE, TokenType.PLUS})


class RefusalError(Exception):
    """A text is not read, for the reason that it holds; never for what the text holds."""

    def __init__(self, reason: str) -> None:
        """Keep the reason's code."""
        super().__init__(reason)
        self.reason = reason


def statements_of(text: str, dialect: str) -> list[exp.Expr]:
    """Return the statements of a text; what sqlglot understands of one may be just that it is one.

    Raises:
        RefusalError: it is too large or too deep, a template, or no SQL.
    """
    if len(text) > MAX_CHARACTERS:
        raise RefusalError("too_large")
    if "{{" in text or "{%" in text:
        raise RefusalError("template")
    parser = _parser_of(dialect)
    try:
        tokens = Dialect.get_or_raise(dialect or None).tokenize(text)
        _check(tokens)
        parsed = parser((len(tokens) + 10) * STEPS_PER_TOKEN, dialect).parse(tokens, text)
    except RefusalError:
        raise
    except RecursionError:
        raise RefusalError("too_deep") from None
    except SqlglotError:
        raise RefusalError("not_parsed") from None
    except Exception:  # noqa: BLE001 - what a parser of hostile texts fails with has no end
        raise RefusalError("not_parsed") from None
    return [statement for statement in parsed if statement is not None]


def _check(tokens: list[Token]) -> None:
    """Refuse what is too long, or would recurse too deeply."""
    if len(tokens) > MAX_TOKENS:
        raise RefusalError("too_large")
    depth = prefixes = 0
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING:
            depth -= 1
        prefixes = prefixes + 1 if kind in _PREFIX else 0
        if depth + prefixes > MAX_NESTING:
            raise RefusalError("too_deep")


@cache
def _parser_of(dialect: str) -> Any:
    """Return the dialect's parser, which gives up after a number of steps."""
    parent: Any = Dialect.get_or_raise(dialect or None).parser_class

    class Bounded(parent):  # type: ignore[misc]
        def __init__(self, steps: int, name: str) -> None:
            super().__init__(error_level=ErrorLevel.IMMEDIATE, dialect=name or None)
            self._steps_left = steps

        def _advance(self, times: int = 1) -> None:
            self._steps_left -= 1
            if self._steps_left < 0:
                raise RefusalError("too_complex")
            super()._advance(times)

    return Bounded


@contextmanager
def quiet_and_deep() -> Iterator[None]:
    """Keep sqlglot from logging the texts that it reads, and let it recurse as deep as they nest.

    What it warns of would put the text of a query, with what people wrote into it, on a terminal.
    """
    logger = logging.getLogger("sqlglot")
    before, limit = logger.disabled, sys.getrecursionlimit()
    logger.disabled = True
    sys.setrecursionlimit(max(limit, FRAMES))
    try:
        yield
    finally:
        logger.disabled = before
        sys.setrecursionlimit(limit)
