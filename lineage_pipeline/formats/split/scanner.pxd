"""The steps that a walk through a line of JSON is made of, and the usual spelling of a time.

Every text that is walked ends with a line break, and no step goes past one: there is no JSON in
which a line break stands inside a string, and none of these steps goes on behind one elsewhere.
That is what keeps them inside the text.
"""

from libc.stdint cimport int64_t, uint8_t, uint64_t
from libc.string cimport memchr, memcmp, memcpy

cdef enum:
    DECLINED = -1
    MOST_NESTED = 200


cdef inline bint ends_text(uint8_t byte) noexcept nogil:
    return byte < 32 or byte == c'"' or byte == c'\\'


cdef inline int64_t past_space(const uint8_t* data, int64_t place) noexcept nogil:
    """Return the first place from `place` on where no space stands."""
    while data[place] == c' ' or data[place] == c'\t' or data[place] == c'\r':
        place += 1
    return place


cdef inline int64_t text_end(const uint8_t* data, int64_t place) noexcept nogil:
    """Return where the closing quote of the string at `place` stands.

    Declined are strings with escapes: their bytes are not what they say.
    """
    if data[place] != c'"':
        return DECLINED
    place += 1
    while not ends_text(data[place]):
        place += 1
    return place if data[place] == c'"' else DECLINED


cdef inline int64_t string_end(const uint8_t* data, int64_t place) noexcept nogil:
    """Return the place behind the string at `place`, whatever it holds."""
    place += 1
    while True:
        while not ends_text(data[place]):
            place += 1
        if data[place] == c'"':
            return place + 1
        if data[place] != c'\\' or data[place + 1] < 32:
            return DECLINED
        place += 2


cdef inline int64_t scalar_end(const uint8_t* data, int64_t place) noexcept nogil:
    """Return the place behind a number or word."""
    cdef int64_t start = place
    cdef uint8_t byte
    while True:
        byte = data[place]
        if byte <= 32 or byte == c',' or byte == c'}' or byte == c']' or byte == c'"':
            return place if place > start else DECLINED
        place += 1


cdef inline int64_t value_end(const uint8_t* data, int64_t place) noexcept nogil:
    """Return the place behind the JSON value at `place`, if what stands there is JSON at all.

    Brackets are counted, not matched: the caller has the value decoded before it believes in it.
    """
    cdef int depth = 0
    cdef uint8_t byte = data[place]
    if byte == c'"':
        return string_end(data, place)
    if byte != c'{' and byte != c'[':
        return scalar_end(data, place)
    while True:
        byte = data[place]
        if byte == c'"':
            place = string_end(data, place)
            if place == DECLINED:
                return DECLINED
            continue
        if byte == c'{' or byte == c'[':
            depth += 1
            if depth > MOST_NESTED:
                return DECLINED
        elif byte == c'}' or byte == c']':
            depth -= 1
            if depth == 0:
                return place + 1
        elif byte == c'\n':
            return DECLINED
        place += 1


cdef inline int64_t digits(const uint8_t* data, int count) noexcept nogil:
    """Return the number that `count` digits make; -1 if one is none."""
    cdef int64_t value = 0
    cdef int step
    for step in range(count):
        if data[step] < c'0' or data[step] > c'9':
            return -1
        value = 10 * value + data[step] - c'0'
    return value


cdef inline int64_t days(int64_t year, int64_t month, int64_t day) noexcept nogil:
    """Return the days from the epoch to a date from 1970 to 2261; -1 if there is none."""
    cdef int64_t before = year - 1
    cdef int64_t found
    cdef int64_t earlier
    cdef bint is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if year < 1970 or year > 2261 or month < 1 or month > 12 or day < 1:
        return -1
    if day > month_days(month, is_leap):
        return -1
    found = 365 * before + before // 4 - before // 100 + before // 400 - 719162
    for earlier in range(1, month):
        found += month_days(earlier, is_leap)
    return found + day - 1


cdef inline int64_t month_days(int64_t month, bint is_leap) noexcept nogil:
    if month == 2:
        return 29 if is_leap else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


cdef inline int64_t instant(const uint8_t* data, int64_t start, int64_t end) noexcept nogil:
    """Return the nanoseconds since the epoch that a text such as `2026-03-01T08:15:30.25Z` names.

    Declined is every other spelling, a time without an offset, a time before the epoch; those are
    for `formats.times`.
    """
    cdef const uint8_t* text = data + start
    cdef int64_t size = end - start
    cdef int64_t hour, minute, second, day, place = 19, fraction = 0, count = 0, sign, found
    if size < 20 or text[4] != c'-' or text[7] != c'-' or text[10] != c'T':
        return DECLINED
    if text[13] != c':' or text[16] != c':':
        return DECLINED
    day = days(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2))
    hour, minute, second = digits(text + 11, 2), digits(text + 14, 2), digits(text + 17, 2)
    if day < 0 or hour < 0 or hour > 23 or minute < 0 or minute > 59:
        return DECLINED
    if second < 0 or second > 59:
        return DECLINED
    if text[place] == c'.':
        place += 1
        while place < size and count < 9 and c'0' <= text[place] <= c'9':
            fraction = 10 * fraction + text[place] - c'0'
            place += 1
            count += 1
        if count == 0:
            return DECLINED
        while count < 9:
            fraction *= 10
            count += 1
    if size - place == 6 and text[place + 3] == c':' and (text[place] == c'+' or text[place] == c'-'):
        sign = 1 if text[place] == c'+' else -1
        if digits(text + place + 1, 2) < 0 or digits(text + place + 1, 2) > 23:
            return DECLINED
        if digits(text + place + 4, 2) < 0 or digits(text + place + 4, 2) > 59:
            return DECLINED
        minute -= sign * (60 * digits(text + place + 1, 2) + digits(text + place + 4, 2))
    elif size - place != 1 or text[place] != c'Z':
        return DECLINED
    found = ((day * 24 + hour) * 60 + minute) * 60 + second
    return found * 1_000_000_000 + fraction if found >= 0 else DECLINED
