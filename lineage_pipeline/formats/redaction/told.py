"""What is told of an event or a record in which secrets were masked."""

from __future__ import annotations


def redacted_flag(count: int) -> tuple[str, str]:
    """Return the flag of what had `count` secrets, and its detail."""
    return "redacted", f"{count} secret value{' was' if count == 1 else 's were'} masked"
