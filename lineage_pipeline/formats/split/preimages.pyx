# cython: language_level=3, boundscheck=False, wraparound=False
"""What is hashed for the identities of holders and events, laid out for many at once.

The layouts are those of `holders.holder_digest` and of `decoded` in `scan/openlineage`: names and
heads as JSON arrays, then what holders and facets add, 32 bytes each.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.string cimport memcmp, memcpy

from lineage_pipeline.formats.split.interned cimport Interned
from lineage_pipeline.formats.split.lines cimport KIND_HOLDER, MOST_FACETS, NAMES, ROLE_RUN, Lines

import numpy as np

cdef enum:
    DIGEST_BYTES = 32
    PUNCTUATION = 64

DIGEST = DIGEST_BYTES
"""How many bytes a digest has."""


cdef inline uint8_t* put(uint8_t* into, const uint8_t* text, int64_t size) noexcept nogil:
    """Copy bytes; return the place behind them."""
    memcpy(into, text, size)
    return into + size


cdef inline uint8_t* put_quoted(uint8_t* into, const uint8_t* text, int64_t size) noexcept nogil:
    """Copy bytes between quotes; return the place behind them."""
    into[0] = c'"'
    memcpy(into + 1, text, size)
    into[size + 1] = c'"'
    return into + size + 2


cdef inline uint8_t* put_text(uint8_t* into, Interned table, int64_t number) noexcept nogil:
    return put_quoted(into, table.arena_at + table.start_at[number], table.size_at[number])


def members(Interned table, const int64_t[::1] holders):
    """Return the numbers that each holder is made of - names, then facets - and where each begins."""
    cdef int64_t place, count = len(holders)
    bounds = np.zeros(count + 1, np.int64)
    cdef int64_t[::1] bound = bounds
    for place in range(count):
        bound[place + 1] = bound[place] + table.size_at[holders[place]] // 4
    numbers = np.empty(bound[count], np.int32)
    cdef int32_t[::1] number = numbers
    for place in range(count):
        memcpy(
            &number[bound[place]],
            table.arena_at + table.start_at[holders[place]],
            table.size_at[holders[place]],
        )
    return numbers, bounds


def of_holders(
    Interned table,
    const int64_t[::1] holders,
    const int32_t[::1] numbers,
    const int64_t[::1] bounds,
    const uint8_t[:, ::1] units,
):
    """Return the preimages of holders' digests, and where each begins.

    Args:
        table: the texts.
        holders: their numbers.
        numbers: what they are made of, see `members`.
        bounds: where each begins in `numbers`.
        units: what a facet adds to its holder's identity, 32 bytes, by number.
    """
    cdef int64_t place, first, count = len(holders), room = 1, rank, kept
    cdef int64_t order[64]
    for place in range(count):
        room += PUNCTUATION + DIGEST_BYTES * (bounds[place + 1] - bounds[place])
        room += table.size_at[numbers[bounds[place]]]
        if numbers[bounds[place] + 1] >= 0:
            room += table.size_at[numbers[bounds[place] + 1]]
    found = np.empty(room, np.uint8)
    begins = np.empty(count + 1, np.int64)
    cdef uint8_t[::1] view = found
    cdef int64_t[::1] begin = begins
    cdef uint8_t* at = &view[0]
    for place in range(count):
        begin[place] = at - &view[0]
        first = bounds[place]
        if table.context_at[holders[place]] == KIND_HOLDER + ROLE_RUN:
            at = put(at, b"[", 1)
            at = put_text(at, table, numbers[first])
            at = put(at, b",null,null]", 11)
        else:
            at = put(at, b"[null,", 6)
            at = put_text(at, table, numbers[first])
            at = put(at, b",", 1)
            at = put_text(at, table, numbers[first + 1])
            at = put(at, b"]", 1)
        kept = sort_units(numbers, first + NAMES, bounds[place + 1], units, order)
        for rank in range(kept):
            at = put(at, &units[order[rank], 0], DIGEST_BYTES)
    begin[count] = at - &view[0]
    return found, begins


cdef int64_t sort_units(
    const int32_t[::1] numbers, int64_t first, int64_t end, const uint8_t[:, ::1] units,
    int64_t* order,
) noexcept:
    """Put the numbers into `order` as their units sort; return how many there are."""
    cdef int64_t place, rank, count = 0
    for place in range(first, end):
        rank = count
        while rank > 0 and memcmp(
            &units[numbers[place], 0], &units[order[rank - 1], 0], DIGEST_BYTES
        ) < 0:
            order[rank] = order[rank - 1]
            rank -= 1
        order[rank] = numbers[place]
        count += 1
    return count


def of_events(
    const uint8_t[::1] data,
    Interned table,
    Lines lines,
    const int64_t[::1] chosen,
    const uint8_t[::1] marks,
    const uint8_t[:, ::1] digests,
):
    """Return the preimages of the identities of events, and where each begins.

    Args:
        data: the block.
        table: the texts.
        lines: what its lines hold.
        chosen: which of the lines are wanted.
        marks: the letter of each role.
        digests: the digest of each holder, by number.
    """
    cdef int64_t place, line, spot, room = 1, count = len(chosen)
    for place in range(count):
        line = chosen[place]
        room += PUNCTUATION + lines.time_end_at[line] - lines.time_start_at[line]
        room += table.size_at[lines.event_type_at[line]] + table.size_at[lines.producer_at[line]]
        room += table.size_at[lines.schema_url_at[line]]
        room += (DIGEST_BYTES + 1) * (lines.first_use_at[line + 1] - lines.first_use_at[line])
    found = np.empty(room, np.uint8)
    begins = np.empty(count + 1, np.int64)
    cdef uint8_t[::1] view = found
    cdef int64_t[::1] begin = begins
    cdef uint8_t* at = &view[0]
    for place in range(count):
        line = chosen[place]
        begin[place] = at - &view[0]
        at = put(at, b"[", 1)
        at = put_text(at, table, lines.event_type_at[line])
        at = put(at, b",", 1)
        at = put_quoted(
            at, &data[lines.time_start_at[line]],
            lines.time_end_at[line] - lines.time_start_at[line],
        )
        at = put(at, b",", 1)
        at = put_text(at, table, lines.producer_at[line])
        at = put(at, b",", 1)
        at = put_text(at, table, lines.schema_url_at[line])
        at = put(at, b",null]", 6)
        for spot in range(lines.first_use_at[line], lines.first_use_at[line + 1]):
            at[0] = marks[lines.role_at[spot]]
            at = put(at + 1, &digests[lines.holder_at[spot], 0], DIGEST_BYTES)
    begin[count] = at - &view[0]
    return found, begins


def gathered(const uint8_t[::1] data, const int64_t[::1] starts, const int64_t[::1] ends):
    """Return texts one behind the other, and where each begins, as Arrow's strings lie."""
    cdef int64_t place, count = len(starts), room = 0
    for place in range(count):
        if starts[place] < 0 or ends[place] < starts[place] or ends[place] > len(data):
            raise IndexError(place)
        room += ends[place] - starts[place]
    if room > 0x7FFFFFFF:
        raise OverflowError("the texts of one column take more than 2 GB")
    found = np.empty(room, np.uint8)
    bounds = np.zeros(count + 1, np.int32)
    cdef uint8_t[::1] view = found
    cdef int32_t[::1] bound = bounds
    cdef int64_t at = 0
    for place in range(count):
        if ends[place] > starts[place]:
            memcpy(&view[at], &data[starts[place]], ends[place] - starts[place])
        at += ends[place] - starts[place]
        bound[place + 1] = <int32_t> at
    return found, bounds
