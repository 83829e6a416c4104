# cython: language_level=3, boundscheck=False, wraparound=False
"""Texts by number: what occurs again and again gets a number once, and is a number from then on.

Two texts share a number only if their bytes and what they are (`context`) are the same: the hash
finds, the comparison decides, so a forged collision costs its author time and swallows nothing.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcmp, memcpy

import numpy as np

cdef enum:
    FULL = -1
    SLOTS = 1 << 21
    GUESSES = 1 << 16

cdef uint64_t MULTIPLIER = 0x9E3779B97F4A7C15

MOST_TEXTS = 1 << 20
"""Numbers in all; a table is worn long before."""
WORN_TEXTS = 1 << 19
WORN_BYTES = 96 << 20


cdef uint64_t hashed(const uint8_t* text, int64_t size, int64_t context) noexcept nogil:
    """Return 64 bits that tell apart most texts."""
    cdef uint64_t first = <uint64_t> context * MULTIPLIER + <uint64_t> size
    cdef uint64_t second = ~first
    cdef uint64_t word
    cdef int64_t place = 0
    while place + 16 <= size:
        memcpy(&word, text + place, 8)
        first = (first ^ word) * MULTIPLIER
        memcpy(&word, text + place + 8, 8)
        second = (second ^ word) * MULTIPLIER
        first ^= first >> 29
        second ^= second >> 29
        place += 16
    while place < size:
        first = (first ^ text[place]) * MULTIPLIER
        place += 1
    first = (first ^ (first >> 32)) * MULTIPLIER + second
    return first ^ (first >> 32)


cdef class Interned:
    """The table.

    Attributes:
        arena: the bytes of all texts, one behind the other.
        start: where in the arena each text begins, by number.
        size: how long it is.
        context: what it is.
        count: how many numbers are given.
        filled: how many bytes of the arena are taken.
    """

    def __init__(self):
        """Begin empty; memory is taken where it is written, not before."""
        self.start = np.empty(MOST_TEXTS, np.int64)
        self.size = np.empty(MOST_TEXTS, np.int64)
        self.context = np.empty(MOST_TEXTS, np.int64)
        self.hashes = np.empty(MOST_TEXTS, np.uint64)
        self.slots = np.zeros(SLOTS, np.int32)
        self.guesses = np.zeros(GUESSES, np.int32)
        cdef int64_t[::1] start = self.start, size = self.size, context = self.context
        cdef uint64_t[::1] hashes = self.hashes
        cdef int32_t[::1] slots = self.slots, guesses = self.guesses
        self.start_at = &start[0]
        self.size_at = &size[0]
        self.context_at = &context[0]
        self.hash_at = &hashes[0]
        self.slot_at = &slots[0]
        self.guess_at = &guesses[0]
        self.count = self.filled = self.room = 0
        self.make_room(1)

    @property
    def is_worn(self):
        """Whether so much is remembered that it should be forgotten."""
        return self.count > WORN_TEXTS or self.filled > WORN_BYTES

    def forget(self):
        """Give up all numbers."""
        self.slots[:] = 0
        self.guesses[:] = 0
        self.count = self.filled = 0

    def make_room(self, more_bytes):
        """Have room for texts of that many bytes."""
        cdef uint8_t[::1] view
        if self.room - self.filled >= more_bytes:
            return
        arena = np.empty(2 * (self.filled + more_bytes), np.uint8)
        if self.filled:
            arena[:self.filled] = self.arena[:self.filled]
        view = arena
        self.arena = arena
        self.arena_at = &view[0]
        self.room = len(arena)

    def text(self, int64_t number):
        """Return the bytes of a text."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        return <bytes> self.arena_at[
            self.start_at[number]:self.start_at[number] + self.size_at[number]
        ]

    def number_of(self, bytes text, int64_t context):
        """Return the number of a text, which it has from now on.

        Raises:
            MemoryError: the table is full.
        """
        self.make_room(len(text))
        cdef int64_t number = self.number(text, len(text), context)
        if number == FULL:
            raise MemoryError
        return number

    cdef int64_t number(self, const uint8_t* text, int64_t size, int64_t context) noexcept nogil:
        """Return the number of a text; -1 if the table is full."""
        cdef uint64_t found = hashed(text, size, context)
        cdef uint64_t slot = found & (SLOTS - 1)
        cdef int64_t number
        while self.slot_at[slot] != 0:
            number = self.slot_at[slot] - 1
            if (
                self.hash_at[number] == found
                and self.context_at[number] == context
                and self.size_at[number] == size
                and memcmp(self.arena_at + self.start_at[number], text, size) == 0
            ):
                return number
            slot = (slot + 1) & (SLOTS - 1)
        number = self.count
        if number >= (1 << 20) or self.room - self.filled < size:
            return FULL
        memcpy(self.arena_at + self.filled, text, size)
        self.start_at[number] = self.filled
        self.size_at[number] = size
        self.context_at[number] = context
        self.hash_at[number] = found
        self.slot_at[slot] = <int32_t> number + 1
        self.count += 1
        self.filled += size
        return number

    cdef int64_t guessed(
        self, const uint8_t* text, int64_t room, uint64_t place, int64_t context
    ) noexcept nogil:
        """Return the number of the object that `text` begins with if it was last seen there.

        An object ends where its last brace stands: a text that begins with all of one that is
        whole is that one, and needs neither a search for its end nor a hash. -1 if it is another.
        """
        cdef int64_t number = self.guess_at[(place >> 48) & (GUESSES - 1)] - 1
        if number < 0 or self.context_at[number] != context or self.size_at[number] > room:
            return FULL
        if memcmp(self.arena_at + self.start_at[number], text, self.size_at[number]) != 0:
            return FULL
        return number

    cdef void expect(self, uint64_t place, int64_t number) noexcept nogil:
        """Note the number of the object last seen in a place."""
        self.guess_at[(place >> 48) & (GUESSES - 1)] = <int32_t> number + 1
