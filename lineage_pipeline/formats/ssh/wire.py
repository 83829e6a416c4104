"""Messages of SSH: texts and numbers one after the other, each behind its length.

Source: RFC 4251, 5.
"""

from __future__ import annotations


class MalformedError(Exception):
    """What is no signature of this format; the text says why."""


class Fields:
    """The fields of a message of SSH, one after the other."""

    def __init__(self, data: bytes) -> None:
        """Begin with the first of them."""
        self.rest = data

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        if count > len(self.rest):
            raise MalformedError("it ends early")
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def text(self) -> bytes:
        """Return the next string."""
        return self.take(int.from_bytes(self.take(4), "big"))

    def number(self) -> int:
        """Return the next number, which is positive and written in its one form."""
        written = self.text()
        found = int.from_bytes(written, "big")
        if not found or written != number_bytes(found):
            raise MalformedError("a number in it is not in its one form")
        return found

    def end(self) -> None:
        """Require that nothing follows."""
        if self.rest:
            raise MalformedError("something follows its last field")


def text_bytes(text: bytes) -> bytes:
    """Return a text behind its length."""
    return len(text).to_bytes(4, "big") + text


def number_bytes(number: int) -> bytes:
    """Return a positive number in the fewest bytes of which the first bit is 0."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
