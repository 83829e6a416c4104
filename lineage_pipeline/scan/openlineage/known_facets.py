"""The facet bodies that bronze holds already, small enough to travel with every task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage_pipeline.formats.facets.format import Holder

DIGEST: Final = np.dtype("S32")


class KnownFacet(NamedTuple):
    """What is known of a facet body: why it was set aside, whether it names a producer."""

    set_aside_reason: str | None
    lacks_producer: bool


ORDINARY: Final = KnownFacet(set_aside_reason=None, lacks_producer=False)


@dataclass(frozen=True, slots=True)
class KnownFacets:
    """Facet bodies that need no second parse, by holder, key and SHA-256.

    Attributes:
        digests: the digests of each holder and key, sorted.
        odd: what is known of those that are not ordinary.
    """

    digests: Mapping[tuple[str, str], np.ndarray[Any, np.dtype[np.bytes_]]] = field(
        default_factory=dict
    )
    odd: Mapping[tuple[str, str, bytes], KnownFacet] = field(default_factory=dict)

    def among(self, holder: Holder, key: str, digests: list[bytes]) -> dict[bytes, KnownFacet]:
        """Return what is known of those of the bodies that are not new."""
        known = self.digests.get((holder, key))
        if known is None or not len(known) or not digests:
            return {}
        sought = np.frombuffer(b"".join(digests), DIGEST)
        places = np.minimum(known.searchsorted(sought), len(known) - 1)
        return {
            digests[place]: self.odd.get((holder, key, digests[place]), ORDINARY)
            for place in np.flatnonzero(known[places] == sought).tolist()
        }


def merged(known: KnownFacets, more: KnownFacets) -> KnownFacets:
    """Return what two say together; a body that both know may stand there twice."""
    digests = dict(known.digests)
    for place, added in more.digests.items():
        found = digests.get(place)
        digests[place] = (
            added if found is None else np.insert(found, found.searchsorted(added), added)
        )
    return KnownFacets(digests, {**known.odd, **more.odd})
