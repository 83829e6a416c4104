# cython: language_level=3, boundscheck=False, wraparound=False
"""Which texts hold a word that may tell of a secret: one pass over each, whatever the words."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcpy

cdef enum:
    MOST_WORDS = 64
    LONGEST = 32
    CASE = 32


cdef class Hints:
    """Words to look for, upper and lower case of ASCII letters taken for the same."""

    cdef uint8_t word[MOST_WORDS][LONGEST]
    cdef int64_t size[MOST_WORDS]
    cdef int64_t key_at[MOST_WORDS]
    cdef int64_t count
    cdef uint8_t is_key[256]

    def __init__(self, words, rare):
        """Look for `words`; of each the first byte that is in `rare` is looked for before the rest.

        Args:
            words: lower case ASCII.
            rare: bytes, the rarer in usual texts the better; every word holds one of them.

        Raises:
            ValueError: there are too many words, one is too long, or one holds no rare byte.
        """
        cdef int64_t place
        if len(words) > MOST_WORDS or any(len(word) > LONGEST for word in words):
            raise ValueError("too many words, or too long ones")
        self.count = len(words)
        for place in range(256):
            self.is_key[place] = 0
        for place, word in enumerate(words):
            self.size[place] = len(word)
            memcpy(&self.word[place][0], PyBytes_AS_STRING(word), len(word))
            self.key_at[place] = min(word.index(byte) for byte in rare if byte in word)
            key = word[self.key_at[place]]
            self.is_key[key] = 1
            if 97 <= key <= 122:
                self.is_key[key - CASE] = 1

    def stand_in(self, texts):
        """Return for each of the texts, which are bytes, whether one of the words stands in it."""
        return [self.found(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text)) for text in texts]

    cdef bint found(self, const char* text, int64_t size) noexcept:
        cdef int64_t place, word
        for place in range(size):
            if self.is_key[<uint8_t>text[place]]:
                for word in range(self.count):
                    if self.stands(text, size, place - self.key_at[word], word):
                        return True
        return False

    cdef inline bint stands(self, const char* text, int64_t size, int64_t start, int64_t word) noexcept:
        cdef int64_t place
        cdef uint8_t byte
        if start < 0 or start + self.size[word] > size:
            return False
        for place in range(self.size[word]):
            byte = <uint8_t>text[start + place]
            if 65 <= byte <= 90:
                byte += CASE
            if byte != self.word[word][place]:
                return False
        return True
