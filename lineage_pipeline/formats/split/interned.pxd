"""What other compiled modules may use of a table of texts."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t


cdef class Interned:
    cdef readonly object arena
    cdef readonly object start
    cdef readonly object size
    cdef readonly object context
    cdef readonly int64_t count
    cdef readonly int64_t filled
    cdef int64_t room
    cdef object hashes
    cdef object slots
    cdef object guesses
    cdef uint8_t* arena_at
    cdef int64_t* start_at
    cdef int64_t* size_at
    cdef int64_t* context_at
    cdef uint64_t* hash_at
    cdef int32_t* slot_at
    cdef int32_t* guess_at
    cdef int64_t number(self, const uint8_t* text, int64_t size, int64_t context) noexcept nogil
    cdef int64_t guessed(
        self, const uint8_t* text, int64_t room, uint64_t place, int64_t context
    ) noexcept nogil
    cdef void expect(self, uint64_t place, int64_t number) noexcept nogil
