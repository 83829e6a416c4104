"""What is known of a value from where it stands in JSON."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from lineage_pipeline.formats.redaction.keys import names_environment, names_secret, naming
from lineage_pipeline.formats.redaction.vocabulary import CODE_FACETS


class Mode(Enum):
    """What is known of a value from where it stands."""

    ANY = auto()
    CODE = auto()
    IDENTIFIER = auto()
    COLUMNS = auto()
    """An object whose keys are names of columns."""
    PAIRS = auto()
    """A list of pairs of a name and a value."""
    SECRET = auto()
    TOKEN = auto()
    """A secret, unless it is a number in quotes."""
    NUMBER = auto()
    """A secret, also where it is a number."""
    ENVIRONMENT = auto()
    """Environment variables: an object of them, a list, texts like `A=b`."""
    ENTRY = auto()
    """One environment variable of a list: an object that holds its name and its value."""
    VARIABLE = auto()
    """What one environment variable is set to."""


SECRETS: Final = frozenset((Mode.SECRET, Mode.TOKEN, Mode.NUMBER))
CLOSED: Final = SECRETS | {Mode.VARIABLE}
"""Whatever stands below is of the same kind."""


def mode_of_secret(key: str) -> Mode:
    """Return what is known of what stands under a key that names a secret."""
    named = naming(key)
    if named.is_number:
        return Mode.NUMBER
    return Mode.TOKEN if named.is_count else Mode.SECRET


def mode_of_facet(key: str) -> Mode:
    """Return what is known of a whole facet from its key."""
    if names_environment(key):
        return Mode.ENVIRONMENT
    if names_secret(key):
        return mode_of_secret(key)
    return Mode.CODE if key in CODE_FACETS else Mode.ANY
