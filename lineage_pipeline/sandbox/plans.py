"""A query whose plan is asked for: the words before it, which must not hide another statement."""

from __future__ import annotations

from typing import Final, NamedTuple

import _duckdb as duckdb

WORDS: Final = ("explain", "analyze")


class Plan(NamedTuple):
    """What is asked of a query: `explain`, `explain analyze`, or its rows, if there is no word."""

    word: str
    query: str


def plan_of(text: str) -> Plan:
    """Return the query in a text, and which plan of it is asked for.

    What stands behind the words is looked at as any query is, and behind the same words it runs.
    """
    said = text.encode()
    found: list[str] = []
    rest = 0
    for place, kind in duckdb.tokenize(text):
        if kind == duckdb.token_type.comment:
            continue
        word = WORDS[len(found)]
        end = place + len(word)
        if kind != duckdb.token_type.keyword or said[place:end].lower() != word.encode():
            break
        found.append(word)
        rest = end
        if len(found) == len(WORDS):
            break
    return Plan(" ".join(found), said[rest:].decode())
