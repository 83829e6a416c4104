# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""Rows in canonical form straight from the buffers of Arrow: the bytes of `canonical`, much faster.

Eight bytes are looked at as one number, whose lowest byte is taken for the first.
"""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy

import numpy as np

cdef extern from *:
    int __builtin_ctzll(unsigned long long) noexcept nogil

cdef enum:
    TEXT = 0
    BYTES = 1
    SIGNED = 2
    UNSIGNED = 3
    TRUTH = 4
    FLOAT = 5

cdef enum:
    LONGEST_ESCAPE = 6
    LONGEST_NUMBER = 24
    WORD = 8

cdef int64_t EXACT = (1 << 53) - 1
cdef uint64_t EACH = 0x0101010101010101
cdef uint64_t TOPS = 0x8080808080808080
cdef const char* HEX = b"0123456789abcdef"


KINDS = {
    "text": TEXT, "bytes": BYTES, "signed": SIGNED, "unsigned": UNSIGNED, "truth": TRUTH,
    "float": FLOAT,
}
"""What a column's values are, by name: 32-bit offsets, 64-bit numbers, bits."""


cdef struct Column:
    int kind
    int64_t offset
    const uint8_t* valid
    const uint8_t* values
    const int32_t* ends
    const char* before
    int64_t before_size


cdef inline uint64_t _zeros(uint64_t word) noexcept nogil:
    """Return a word whose lowest bit stands at the top of its first byte that is 0, if one is."""
    return (word - EACH) & ~word & TOPS


cdef inline uint64_t _odd(uint64_t word) noexcept nogil:
    """Return a word whose lowest bit stands in the first of eight bytes that needs an escape."""
    return (
        ((word - EACH * 0x20) & ~word & TOPS) | _zeros(word ^ EACH * 34) | _zeros(word ^ EACH * 92)
    )


cdef inline char* _put_character(char* out, uint8_t byte) noexcept nogil:
    cdef char short_form = 0
    if byte == 34 or byte == 92:
        short_form = <char>byte
    elif byte >= 0x20:
        out[0] = <char>byte
        return out + 1
    elif byte == 8:
        short_form = b"b"
    elif byte == 9:
        short_form = b"t"
    elif byte == 10:
        short_form = b"n"
    elif byte == 12:
        short_form = b"f"
    elif byte == 13:
        short_form = b"r"
    if short_form:
        out[0] = b"\\"
        out[1] = short_form
        return out + 2
    memcpy(out, b"\\u00", 4)
    out[4] = HEX[byte >> 4]
    out[5] = HEX[byte & 15]
    return out + LONGEST_ESCAPE


cdef inline char* _put_text(char* out, const uint8_t* text, int64_t size) noexcept nogil:
    cdef int64_t place = 0, plain
    cdef uint64_t word, odd
    out[0] = b'"'
    out += 1
    while place + WORD <= size:
        memcpy(&word, text + place, WORD)
        memcpy(out, &word, WORD)
        odd = _odd(word)
        if odd == 0:
            out += WORD
            place += WORD
            continue
        plain = __builtin_ctzll(odd) >> 3
        out = _put_character(out + plain, text[place + plain])
        place += plain + 1
    while place < size:
        out = _put_character(out, text[place])
        place += 1
    out[0] = b'"'
    return out + 1


cdef inline char* _put_hex(char* out, const uint8_t* data, int64_t size) noexcept nogil:
    cdef int64_t place
    out[0] = b'"'
    out += 1
    for place in range(size):
        out[0] = HEX[data[place] >> 4]
        out[1] = HEX[data[place] & 15]
        out += 2
    out[0] = b'"'
    return out + 1


cdef inline char* _put_number(char* out, uint64_t amount, bint is_negative) noexcept nogil:
    cdef char digits[LONGEST_NUMBER]
    cdef int count = 0, place
    cdef bint is_text = amount > <uint64_t>EXACT
    if is_text:
        out[0] = b'"'
        out += 1
    if is_negative:
        out[0] = b"-"
        out += 1
    while True:
        digits[count] = <char>(48 + amount % 10)
        count += 1
        amount //= 10
        if amount == 0:
            break
    for place in range(count):
        out[place] = digits[count - 1 - place]
    out += count
    if is_text:
        out[0] = b'"'
        out += 1
    return out


cdef inline char* _put_bits(char* out, uint64_t bits) noexcept nogil:
    cdef int place
    out[0] = b'"'
    for place in range(16):
        out[1 + place] = HEX[(bits >> (60 - 4 * place)) & 15]
    out[17] = b'"'
    return out + 18


cdef inline bint _bit(const uint8_t* bits, int64_t place) noexcept nogil:
    return (bits[place >> 3] >> (place & 7)) & 1


cdef inline int64_t _room(Column* column, int64_t place) noexcept nogil:
    """Return how many bytes a value takes at most, with what stands before it."""
    cdef int64_t size = 0
    if column.kind == TEXT or column.kind == BYTES:
        size = column.ends[place + 1] - column.ends[place]
    return column.before_size + LONGEST_ESCAPE * size + LONGEST_NUMBER + WORD


cdef inline char* _put(char* out, Column* column, int64_t place) noexcept nogil:
    cdef int64_t begin, signed
    memcpy(out, column.before, column.before_size)
    out += column.before_size
    if column.valid != NULL and not _bit(column.valid, place):
        memcpy(out, b"null", 4)
        return out + 4
    if column.kind == TEXT:
        begin = column.ends[place]
        return _put_text(out, column.values + begin, column.ends[place + 1] - begin)
    if column.kind == BYTES:
        begin = column.ends[place]
        return _put_hex(out, column.values + begin, column.ends[place + 1] - begin)
    if column.kind == SIGNED:
        signed = (<const int64_t*>column.values)[place]
        return _put_number(out, -<uint64_t>signed if signed < 0 else <uint64_t>signed, signed < 0)
    if column.kind == UNSIGNED:
        return _put_number(out, (<const uint64_t*>column.values)[place], False)
    if column.kind == FLOAT:
        return _put_bits(out, (<const uint64_t*>column.values)[place])
    if _bit(column.values, place):
        memcpy(out, b"true", 4)
        return out + 4
    memcpy(out, b"false", 5)
    return out + 5


def write_rows(list columns, int64_t row_count, int64_t salts, int64_t salt_size):
    """Return rows as JSON, each ended by a line feed, and where each of these stands.

    Args:
        columns: of each, in the order in which they are written: its kind, its offset, the
            addresses of its bits of validity, values and offsets (0 if there are none), and the
            bytes that stand before its value.
        row_count: how many rows there are.
        salts: where the bytes lie that stand before each row, behind a zero; 0 if none do.
        salt_size: how many bytes each row has there.
    """
    ends_array = np.empty(row_count, np.int64)
    cdef int64_t[::1] ends = ends_array
    cdef int count = len(columns), number
    cdef int64_t row, room, capacity = 1 << 16, used
    cdef Column* each = <Column*>malloc(max(count, 1) * sizeof(Column))
    cdef char* data = <char*>malloc(capacity)
    cdef char* grown
    cdef char* out = data
    if each == NULL or data == NULL:
        free(each)
        free(data)
        raise MemoryError
    for number, (kind, offset, valid, values, places, before) in enumerate(columns):
        each[number].kind = kind
        each[number].offset = offset
        each[number].valid = <const uint8_t*><size_t>valid
        each[number].values = <const uint8_t*><size_t>values
        each[number].ends = <const int32_t*><size_t>places
        each[number].before = before
        each[number].before_size = len(before)
    try:
        with nogil:
            for row in range(row_count):
                used = out - data
                room = salt_size + 8
                for number in range(count):
                    room += _room(&each[number], row + each[number].offset)
                if used + room > capacity:
                    while used + room > capacity:
                        capacity *= 2
                    grown = <char*>realloc(data, capacity)
                    if grown == NULL:
                        with gil:
                            raise MemoryError
                    data = grown
                    out = data + used
                if salts:
                    out[0] = 0
                    memcpy(out + 1, <const char*><size_t>(salts + row * salt_size), salt_size)
                    out += 1 + salt_size
                for number in range(count):
                    out = _put(out, &each[number], row + each[number].offset)
                out[0] = b"}"
                out[1] = b"\n"
                ends[row] = out + 1 - data
                out += 2
        return PyBytes_FromStringAndSize(data, out - data), ends_array
    finally:
        free(each)
        free(data)
