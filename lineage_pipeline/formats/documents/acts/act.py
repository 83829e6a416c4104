"""What every act is made of: the CloudEvent around it, who did it, and why.

Source: CloudEvents 1.0.2, JSON event format.
"""

from typing import Annotated, Literal

from lineage_pipeline.formats.documents.document import FreeForm, Part, Text

Named = Annotated[str, Text]


class Actor(Part, frozen=True, kw_only=True):
    """What every act says: who it was."""

    actor: Named


class Reasoned(Actor, frozen=True, kw_only=True):
    """An act that takes a reason."""

    reason: Named
    submission: Named | None = None
    ticket: str | None = None


class Envelope(Part, frozen=True, kw_only=True):
    """A CloudEvent; what its data must hold depends on its type."""

    specversion: Literal["1.0"]
    id: Named
    source: Named
    type: Named
    time: Named
    subject: Named
    data: FreeForm
