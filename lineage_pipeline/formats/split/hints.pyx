# cython: language_level=3, boundscheck=False, wraparound=False
"""Which JSON texts hold a mark that may tell of a secret: one pass over each, whatever the marks.

Of each mark the pair of bytes that is rarest in usual texts is looked up in a table. Whatever
`formats.redaction` would change is found, and some more: what stands around a mark is looked at no
closer than it takes to pass by names of columns, e-mail addresses and ordinary words.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcmp, memcpy

import numpy as np

cdef enum:
    MOST_MARKS = 256
    LONGEST = 32
    CASE = 32
    PAIRS = 1024
    MOST_PUBLIC = 16
    LONGEST_PUBLIC = 64
    FARTHEST = 640
    SHORT = 3
    NONE = -1

cdef enum:
    TELLS = 0
    PART = 1
    WHOLE = 2
    ENVIRONMENT = 3
    VALUE = 4
    PREFIX = 5

cdef enum:
    NOTHING = 0
    MENTION = 1
    SECRET = 2

COMMON = b"etaionsrlcdhumpgfybvwkxjqz"
"""Letters, the commonest first."""


cdef struct Text:
    const char* data
    int64_t size
    int64_t named_to
    int64_t environment_to


cdef class Hints:
    """The marks, and keys that look like a secret's and hold none."""

    cdef char word[MOST_MARKS][LONGEST]
    cdef int64_t size[MOST_MARKS]
    cdef int64_t kind[MOST_MARKS]
    cdef int64_t pair_at[MOST_MARKS]
    cdef int64_t following[MOST_MARKS]
    cdef int64_t first[PAIRS]
    cdef char public_key[MOST_PUBLIC][LONGEST_PUBLIC]
    cdef int64_t public_size[MOST_PUBLIC]
    cdef int64_t public_count

    def __init__(self, marks, public=()):
        """Look for `marks`: ASCII in lower case and what each tells, as a number.

        Args:
            marks: at least two bytes each.
            public: keys in quotes.

        Raises:
            ValueError: there are too many marks or keys, or one is too long or too short.
        """
        cdef int64_t place, pair
        if len(marks) > MOST_MARKS or len(public) > MOST_PUBLIC:
            raise ValueError("too many marks or keys")
        for place in range(PAIRS):
            self.first[place] = NONE
        for place, (word, kind) in enumerate(marks):
            if not 2 <= len(word) <= LONGEST:
                raise ValueError(f"{word!r} is too long or too short a mark")
            self.size[place] = len(word)
            self.kind[place] = kind
            memcpy(&self.word[place][0], PyBytes_AS_STRING(word), len(word))
            self.pair_at[place] = max(range(len(word) - 1), key=lambda at: rarity(word[at:at + 2]))
            pair = pair_of(word[self.pair_at[place]], word[self.pair_at[place] + 1])
            self.following[place] = self.first[pair]
            self.first[pair] = place
        self.public_count = len(public)
        for place, key in enumerate(public):
            if len(key) > LONGEST_PUBLIC:
                raise ValueError(f"{key!r} is too long a key")
            self.public_size[place] = len(key)
            memcpy(&self.public_key[place][0], PyBytes_AS_STRING(key), len(key))

    def stands_in(self, bytes text):
        """Return whether a secret may stand in the text."""
        return self.found(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text))

    def stand_in(self, texts):
        """Return for each of the texts, which are bytes, whether a secret may stand in it."""
        return [self.found(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text)) for text in texts]

    def stand_among(self, const uint8_t[::1] data, const int64_t[::1] starts, const int64_t[::1] ends):
        """Return an array that says it of texts that stand in one piece of memory."""
        cdef int64_t place, count = len(starts)
        found = np.zeros(count, np.uint8)
        cdef uint8_t[::1] view = found
        for place in range(count):
            if starts[place] < 0 or ends[place] > len(data):
                raise IndexError(place)
            if ends[place] > starts[place]:
                view[place] = self.found(<const char*> &data[starts[place]], ends[place] - starts[place])
        return found.view(np.bool_)

    cdef bint found(self, const char* data, int64_t size) noexcept:
        cdef int64_t place, mark, start, end, outcome
        cdef bint is_named = False, is_valued = False
        cdef Text text
        text.data, text.size = data, size
        text.named_to = text.environment_to = NONE
        for place in range(1, size):
            if data[place] == c'@' and is_login(data, size, place):
                return True
            mark = self.first[pair_of(data[place - 1], data[place])]
            while mark != NONE:
                start = place - 1 - self.pair_at[mark]
                end = start + self.size[mark]
                if start >= 0 and end <= size and self.stands(data + start, mark):
                    if self.kind[mark] == TELLS:
                        # Short beginnings of tokens stand in many words, such as `risk-7`.
                        if self.size[mark] > SHORT or is_apart(data, start):
                            return True
                    if self.kind[mark] == VALUE:
                        is_valued = is_valued or symbol(data, size, end) == c':'
                    elif self.kind[mark] == PREFIX:
                        if is_followed(data, size, end):
                            return True
                    elif self.kind[mark] == ENVIRONMENT:
                        if is_environment(&text, end):
                            return True
                    elif self.kind[mark] == PART or is_word(data, size, start, end):
                        outcome = self.named(&text, start, end)
                        if outcome == SECRET:
                            return True
                        is_named = is_named or outcome == MENTION
                    if is_named and is_valued:
                        return True
                mark = self.following[mark]
        return False

    cdef inline bint stands(self, const char* data, int64_t mark) noexcept:
        cdef int64_t place
        for place in range(self.size[mark]):
            if folded(data[place]) != self.word[mark][place]:
                return False
        return True

    cdef int64_t named(self, Text* text, int64_t start, int64_t end) noexcept:
        """Return what a part of a secret's name tells, from what stands behind it and before."""
        cdef const char* data = text.data
        if end > text.named_to:
            text.named_to = end
            while text.named_to < text.size and not ends_name(data[text.named_to]):
                text.named_to += 1
        if text.named_to < text.size:
            if data[text.named_to] != c'"':
                return SECRET
            if symbol(data, text.size, text.named_to + 1) == c':':
                return NOTHING if self.is_public(text, start) else SECRET
        return SECRET if begins_pair(data, start) or begins_option(data, start) else MENTION

    cdef bint is_public(self, Text* text, int64_t start) noexcept:
        """Return whether the key in which this stands is one that holds no secret."""
        cdef int64_t place, size
        cdef int64_t first = max(0, start - LONGEST_PUBLIC)
        while start > first and text.data[start] != c'"':
            start -= 1
        size = text.named_to + 1 - start
        for place in range(self.public_count):
            if size == self.public_size[place] and memcmp(text.data + start, &self.public_key[place][0], size) == 0:
                return True
        return False


def rarity(pair):
    """Return how rare two bytes are, one behind the other, in usual texts."""
    return sum(COMMON.index(byte) if byte in COMMON else len(COMMON) // 2 for byte in pair)


cdef inline int64_t pair_of(char first, char second) noexcept:
    return (<int64_t> (first & 31)) << 5 | (second & 31)


cdef inline char folded(char byte) noexcept:
    return byte + CASE if c'A' <= byte <= c'Z' else byte


cdef inline bint is_letter(char byte) noexcept:
    return c'a' <= folded(byte) <= c'z'


cdef inline bint is_space(char byte) noexcept:
    return byte == c' ' or byte == c'\t' or byte == c'\n' or byte == c'\r'


cdef inline bint ends_name(char byte) noexcept:
    return byte == c'"' or byte == c'=' or byte == c':' or byte == c"'" or byte == c'\\'


cdef inline char symbol(const char* data, int64_t size, int64_t place) noexcept:
    """Return what stands here, behind space; NUL at the end."""
    while place < size and is_space(data[place]):
        place += 1
    return data[place] if place < size else 0


cdef bint is_word(const char* data, int64_t size, int64_t start, int64_t end) noexcept:
    """Return whether this may be a word between separators or humps."""
    if start > 0 and is_letter(data[start - 1]) and not c'A' <= data[start] <= c'Z':
        if not is_behind_escape(data, start):
            return False
    return end >= size or not c'a' <= data[end] <= c'z'


cdef bint is_apart(const char* data, int64_t start) noexcept:
    """Return whether a token may begin here: behind no letter or digit but that of an escape."""
    cdef char before = data[start - 1] if start > 0 else c' '
    if data[start] == c'\\' or not (is_letter(before) or c'0' <= before <= c'9' or before == c'_' or before == c'-'):
        return True
    return is_behind_escape(data, start)


cdef bint is_behind_escape(const char* data, int64_t start) noexcept:
    """Return whether an escape may end here, such as `\\n`: its letters and digits are no part of a word."""
    cdef int64_t place
    for place in range(max(0, start - 6), start):
        if data[place] == c'\\':
            return True
    return False


cdef bint is_followed(const char* data, int64_t size, int64_t place) noexcept:
    """Return whether letters and digits and something that parts them from a secret stand here."""
    cdef int64_t last = min(size, place + LONGEST)
    while place < last and (is_letter(data[place]) or c'0' <= data[place] <= c'9'):
        place += 1
    return place < size and (data[place] == c'/' or data[place] == c':')


cdef bint is_environment(Text* text, int64_t end) noexcept:
    """Return whether this is in the key of an object or list, or in a text in a text."""
    cdef const char* data = text.data
    cdef char behind
    if end > text.environment_to:
        text.environment_to = end
        while text.environment_to < text.size and data[text.environment_to] != c'"' and data[text.environment_to] != c'\\':
            text.environment_to += 1
    end = text.environment_to
    if end >= text.size:
        return False
    if data[end] == c'\\':
        return True
    end += 1
    while end < text.size and is_space(data[end]):
        end += 1
    if end >= text.size or data[end] != c':':
        return False
    behind = symbol(data, text.size, end + 1)
    return behind == c'{' or behind == c'['


cdef bint begins_pair(const char* data, int64_t start) noexcept:
    """Return whether the text in which this stands is the first of a list."""
    cdef int64_t first = max(0, start - FARTHEST)
    while start > first and data[start] != c'"':
        start -= 1
    start -= 1
    while start > 0 and is_space(data[start]):
        start -= 1
    return start >= 0 and data[start] == c'['


cdef bint begins_option(const char* data, int64_t start) noexcept:
    """Return whether this is part of an option, such as `--db-password`."""
    cdef int64_t first = max(0, start - FARTHEST)
    while start > first and (
        is_letter(data[start - 1]) or c'0' <= data[start - 1] <= c'9' or data[start - 1] < 0
        or data[start - 1] == c'_' or data[start - 1] == c'-' or data[start - 1] == c'.'
    ):
        start -= 1
    return data[start] == c'-'


cdef bint is_login(const char* data, int64_t size, int64_t at) noexcept:
    """Return whether what stands before an `@` may end with a password, or be a token."""
    cdef int64_t place = at - 1, colons = 0, near = 0
    cdef bint is_near = True
    while place >= 0 and data[place] != c'@':
        if data[place] == c'"' and (place == 0 or data[place - 1] != c'\\'):
            break
        if data[place] == c'/':
            if place > 0 and data[place - 1] == c'/':
                if colons > 0 or is_near and is_http(data, place - 1):
                    return True
                place -= 1
                if place > 0 and data[place - 1] == c':':
                    place -= 1
            is_near = False
        elif is_space(data[place]):
            is_near = False
        elif data[place] == c':':
            colons += 1
            near += is_near
        place -= 1
    return near > 1 or near == 1 and is_port(data, size, at + 1)


cdef bint is_http(const char* data, int64_t slashes) noexcept:
    cdef int64_t place = slashes - 1
    if place < 4 or data[place] != c':':
        return False
    if folded(data[place - 1]) == c's':
        place -= 1
    return (
        place >= 4 and folded(data[place - 1]) == c'p' and folded(data[place - 2]) == c't'
        and folded(data[place - 3]) == c't' and folded(data[place - 4]) == c'h'
    )


cdef bint is_port(const char* data, int64_t size, int64_t place) noexcept:
    """Return whether a host and a port stand here."""
    cdef int64_t last = min(size - 1, place + FARTHEST)
    while place < last:
        if data[place] == c':' and c'0' <= data[place + 1] <= c'9':
            return True
        if data[place] == c'"' or data[place] == c'/' or is_space(data[place]) or data[place] == c'@':
            return False
        place += 1
    return False
