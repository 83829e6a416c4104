"""Secrets taken out of what producers send, before anything is hashed or written.

What goes: whatever stands under a key that names a secret, beside a name that names one, in an
environment; passwords and secret parameters in URIs; in free text what is assigned to the name of
a secret, and tokens of a known shape. What stays: names, lineage, numbers that count something; a
secret in free text that nothing marks. `vocabulary` holds the words as data.
"""

from lineage_pipeline.formats.redaction.body import is_always_redacted, redact_body
from lineage_pipeline.formats.redaction.suspicion import suspected
from lineage_pipeline.formats.redaction.text import redact_identifier, redact_text
from lineage_pipeline.formats.redaction.told import redacted_flag
from lineage_pipeline.formats.redaction.vocabulary import MASK

__all__ = [
    "MASK",
    "is_always_redacted",
    "redact_body",
    "redact_identifier",
    "redact_text",
    "redacted_flag",
    "suspected",
]
