"""Acts: CloudEvents that say who did what to what, and why. Which there are, by landing folder.

Source: CloudEvents 1.0.2, JSON event format.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, cast

import msgspec

from lineage_pipeline.formats.documents.acts.act import Envelope
from lineage_pipeline.formats.documents.acts.compliance import COMPLIANCE
from lineage_pipeline.formats.documents.acts.governance import GOVERNANCE
from lineage_pipeline.formats.documents.acts.retention import RETENTION
from lineage_pipeline.formats.documents.document import DocumentFormat, Moment, Part
from lineage_pipeline.paths import ACTS_FOLDER, COMPLIANCE_FOLDER


class Area(NamedTuple):
    """What acts are about: how their types begin to be called, where they land, and which."""

    name: str
    folder: str
    kinds: Mapping[str, type[Part]]


AREAS: Final = (
    Area("governance", ACTS_FOLDER, GOVERNANCE),
    Area("retention", ACTS_FOLDER, RETENTION),
    Area("compliance", COMPLIANCE_FOLDER, COMPLIANCE),
)
VERBATIM: Final = frozenset(
    {
        "policy_changed", "decided", "planned", "disposing", "disposed", "erasure_planned",
        "erasing", "erased", "archiving", "archived", "restored",
    }
)  # fmt: skip
"""Acts of this program, which hold what another digest speaks of."""


def _type(area: Area, name: str) -> str:
    return f"lineage.{area.name}.{name}.v1"


ACT_TYPES: Final[Mapping[str, str]] = {
    name: _type(area, name) for area in AREAS for name in area.kinds
}
"""The CloudEvents type of each act."""
ACT_FOLDERS: Final = frozenset(area.folder for area in AREAS)
"""The landing folders that acts are admissible in."""


def _moment(act: Envelope, _: str) -> Moment:
    return act.time


def _envelope(data: type[Part]) -> type[Part]:
    """Return the envelope of acts whose data has this shape."""
    name = f"{data.__name__}Act"
    made = msgspec.defstruct(name, [("data", data)], bases=(Envelope,), kw_only=True, frozen=True)
    return cast("type[Part]", made)


def _acts(area: Area) -> Iterator[DocumentFormat]:
    for name, data in area.kinds.items():
        kind = _type(area, name)
        yield DocumentFormat(
            kind,
            area.folder,
            frozenset({"specversion", "type"}),
            _envelope(data),
            _moment,
            ("type", kind),
            is_verbatim=name in VERBATIM,
        )


FORMATS = tuple(each for area in AREAS for each in _acts(area))
